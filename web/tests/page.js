import * as qac from './qac.js';

// The tests reach the module here; the box is made with the options of the address.
globalThis.qac = qac;
const options = JSON.parse(new URLSearchParams(location.search).get('options') ?? '{}');
const input = document.querySelector('#q');
globalThis.box = new qac.QACBox(input, { url: '/search', delay: 0, ...options });
