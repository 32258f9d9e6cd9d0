// The page of `make demo-web`: qac.js, what was found, and why.
//
// Everything from the server becomes text. A person is the name before `.localhost`: each has
// cookies of its own.

import { QACBox } from './qac.js';

const $ = (id) => document.getElementById(id);
const NAMES = ['ada', 'ben', 'cleo', 'dora', 'emil', 'fay'];
const name = location.hostname.endsWith('.localhost') ? location.hostname.split('.')[0] : undefined;
if (name) $('who').textContent = name;
const next = NAMES[(NAMES.indexOf(name) + 1) % NAMES.length];
$('other').href = `http://${next}.localhost:${location.port}/`;

const input = $('q');
const box = new QACBox(input, { limit: 8, items: 6 });
// The list is as wide as the form, so that both columns have room.
const row = input.parentElement;
row.after(box.list, box.status);
box.place = () => {
  if (box.list.hidden) return;
  Object.assign(box.list.style, {
    left: '0', top: `${row.offsetTop + row.offsetHeight}px`, width: `${row.offsetWidth}px`,
  });
};

function element(kind, text, ...children) {
  const made = document.createElement(kind);
  if (text !== undefined) made.textContent = text;
  made.append(...children);
  return made;
}

// What changed a score most: value times weight.
function counts(features) {
  return (features ?? [])
    .map(({ name, value, weight }) => [name, value * weight])
    .filter(([, part]) => Math.abs(part) >= 0.005)
    .sort((a, b) => Math.abs(b[1]) - Math.abs(a[1]))
    .slice(0, 3)
    .map(([name, part]) => `${name} ${part > 0 ? '+' : '−'}${Math.abs(part).toFixed(2)}`)
    .join(', ');
}

input.addEventListener('qac-answer', ({ detail }) => {
  $('rows').replaceChildren(...detail.completions.map((one) => element('tr', undefined,
    element('td', one.text), element('td', one.source ?? ''), element('td', one.match ?? ''),
    element('td', one.score === undefined ? '' : one.score.toFixed(2)),
    element('td', counts(one.features)))));
});

$('why').addEventListener('change', () => {
  box.options.explain = $('why').checked;
  $('reasons').hidden = !$('why').checked;
  document.body.classList.toggle('why', $('why').checked);
  if (input.value) {
    input.focus();
    box.complete();
  }
});

function show(query, items) {
  $('heading').hidden = false;
  $('heading').textContent = items.length ? `Found for “${query}”` : `Nothing for “${query}”`;
  $('found').replaceChildren(...items.map((item) => element('li', undefined,
    element('b', item.title),
    element('span', [item.payload?.department, item.payload?.price?.toFixed?.(2)]
      .filter((part) => part !== undefined).join(' · ')))));
}

$('form').addEventListener('submit', async (event) => {
  event.preventDefault();
  const query = input.value.trim();
  if (!query) return;
  try {
    const asked = new URLSearchParams({ q: query, limit: 1, items: 12 });
    const response = await fetch(`complete?${asked}`);
    show(query, response.ok ? (await response.json()).items ?? [] : []);
  } catch {
    show(query, []);
  }
});

input.addEventListener('qac-select', ({ detail }) => {
  if (detail.item) show(detail.item.title, [detail.item]);
});

$('forget').addEventListener('click', async () => {
  try {
    const response = await fetch('forget', {
      method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}',
    });
    const { forgotten } = await response.json();
    $('said').textContent = `${forgotten} search${forgotten === 1 ? '' : 'es'} forgotten`;
  } catch {
    $('said').textContent = 'not forgotten: try again';
  }
});
