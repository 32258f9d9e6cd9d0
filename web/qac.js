// A search box that completes while a person types, for pages that talk to qacd over HTTP.
//
//     import { QACBox } from './qac.js';
//     new QACBox(document.querySelector('input'), { url: '/search' });
//
// or `<qac-box url="/search"><input name="q"></qac-box>`. It follows the editable combobox with a
// list of WAI-ARIA's Authoring Practices. What it asks for, and what it expects: docs/web.md.
//
// Invariant: the input's value is set only when a person takes a suggestion or clears the box. What
// comes from the server becomes text nodes, never markup. Only the newest request's answer shows.

const STYLE = `
.qac-list{position:absolute;z-index:1000;box-sizing:border-box;margin:2px 0 0;padding:4px 0;
max-height:min(60vh,28em);overflow:auto;overscroll-behavior:contain;list-style:none;
text-align:start;
background:var(--qac-background,Canvas);color:var(--qac-color,CanvasText);
border:1px solid var(--qac-border,color-mix(in srgb,CanvasText 30%,Canvas));border-radius:6px;
box-shadow:0 4px 16px rgb(0 0 0/.2)}
.qac-list[hidden]{display:none}
.qac-option{padding:8px 12px;cursor:pointer;overflow-wrap:anywhere}
.qac-option:hover{background:color-mix(in srgb,CanvasText 7%,Canvas)}
.qac-option[aria-selected=true]{
background:var(--qac-active,color-mix(in srgb,CanvasText 14%,Canvas));
outline:2px solid transparent;outline-offset:-2px;box-shadow:inset 3px 0 CanvasText}
.qac-option b{font-weight:600}
.qac-note{margin-inline-end:.5em;font-style:italic}
.qac-option:not(.qac-item)+.qac-item{border-top:1px solid var(--qac-border,
color-mix(in srgb,CanvasText 30%,Canvas))}
.qac-status{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);
white-space:nowrap}
@media (pointer:coarse){.qac-option{padding:12px 16px}}`;

const TEXTS = {
  list: 'Suggestions',
  corrected: 'did you mean',
  count: (count) => (count === 1 ? '1 suggestion' : `${count} suggestions`),
};
const ATTRIBUTES = [
  'role', 'aria-autocomplete', 'aria-expanded', 'aria-controls', 'aria-activedescendant',
  'autocomplete', 'autocapitalize', 'spellcheck',
];

let boxes = 0;
let sheet;

const lower = (text) => text.toLocaleLowerCase();

// The parts of `text` with whether they were typed: its beginning, or beginnings of its words.
function parts(text, typed) {
  const small = lower(text);
  // Where lower case has another length, places in it are not places in the text.
  if (small.length !== text.length || !typed.trim()) return [[text, false]];
  if (small.startsWith(lower(typed))) {
    return [[text.slice(0, typed.length), true], [text.slice(typed.length), false]];
  }
  const marks = new Array(text.length).fill(false);
  for (const word of lower(typed).split(/\s+/).filter(Boolean)) {
    for (let at = small.indexOf(word); at >= 0; at = small.indexOf(word, at + 1)) {
      if (at > 0 && /[\p{L}\p{N}]/u.test(small[at - 1])) continue;
      marks.fill(true, at, at + word.length);
      break;
    }
  }
  const found = [];
  for (let at = 0; at < text.length; at += 1) {
    if (found.length && found.at(-1)[1] === marks[at]) found.at(-1)[0] += text[at];
    else found.push([text[at], marks[at]]);
  }
  return found;
}

// Asks for completions; rejects if the answer is none.
async function ask(url, query, { limit, items, explain, signal }) {
  const parameters = new URLSearchParams({ q: query });
  if (limit) parameters.set('limit', limit);
  if (items) parameters.set('items', items);
  if (explain) parameters.set('explain', true);
  const response = await fetch(`${url.replace(/\/+$/, '')}/complete?${parameters}`, {
    signal,
    headers: { Accept: 'application/json' },
    credentials: 'same-origin',
  });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  const answer = await response.json();
  const list = (name, text) =>
    (Array.isArray(answer?.[name]) ? answer[name] : [])
      .filter((one) => typeof one?.[text] === 'string');
  return {
    completions: list('completions', 'text').map((one) => ({ match: answer.match, ...one })),
    items: list('items', 'title'),
  };
}

export class QACBox {
  constructor(input, options = {}) {
    this.input = input;
    this.options = { url: '', limit: 8, items: 0, minimum: 1, delay: 50, deadline: 2000,
      submit: true, record: true, ...options };
    this.texts = { ...TEXTS, ...options.texts };
    this.active = -1;
    this.asked = 0;
    this.choices = [];
    const page = input.ownerDocument;
    do boxes += 1; while (page.getElementById(`qac-${boxes}`));
    this.list = page.createElement('ul');
    this.list.id = `qac-${boxes}`;
    this.list.className = 'qac-list';
    this.list.hidden = true;
    this.list.setAttribute('role', 'listbox');
    this.list.setAttribute('aria-label', this.texts.list);
    this.status = page.createElement('div');
    this.status.className = 'qac-status';
    this.status.setAttribute('role', 'status');
    this.status.setAttribute('aria-live', 'polite');
    input.after(this.list, this.status);
    this.before = ATTRIBUTES.map((name) => [name, input.getAttribute(name)]);
    for (const [name, value] of Object.entries({
      role: 'combobox', 'aria-autocomplete': 'list', 'aria-expanded': 'false',
      'aria-controls': this.list.id, autocomplete: 'off', autocapitalize: 'none',
      spellcheck: 'false',
    })) input.setAttribute(name, value);
    if (!sheet) {
      // Unlike an element, this is allowed under every content security policy.
      sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
    }
    if (!page.adoptedStyleSheets.includes(sheet)) {
      page.adoptedStyleSheets = [...page.adoptedStyleSheets, sheet];
    }
    this.stop = new AbortController();
    const on = (target, name, handler) =>
      target.addEventListener(name, handler, { signal: this.stop.signal });
    on(input, 'input', (event) => event.isComposing || this.typed());
    on(input, 'compositionend', () => this.typed());
    on(input, 'keydown', (event) => this.key(event));
    on(input, 'blur', () => this.close());
    if (input.form) on(input.form, 'submit', () => this.submitted());
    on(page.defaultView, 'resize', () => this.place());
    // A press on the list must not take the focus out of the input; a click comes only if the
    // finger did not scroll.
    on(this.list, 'pointerdown', (event) => event.preventDefault());
    on(this.list, 'mousedown', (event) => event.preventDefault());
    on(this.list, 'click', (event) => {
      const at = [...this.list.children].indexOf(event.target.closest('[role=option]'));
      if (at >= 0) this.take(at);
    });
  }

  // Takes everything back that the box has done to the page.
  destroy() {
    this.close();
    this.stop.abort();
    clearTimeout(this.counting);
    this.list.remove();
    this.status.remove();
    for (const [name, value] of this.before) {
      if (value === null) this.input.removeAttribute(name);
      else this.input.setAttribute(name, value);
    }
  }

  // Asks for what the input holds now. Never fails: without an answer there is no list.
  async complete() {
    clearTimeout(this.timer);
    this.request?.abort();
    const { url, limit, items, explain, deadline } = this.options;
    const number = (this.asked += 1);
    const query = this.input.value;
    const request = (this.request = new AbortController());
    const late = setTimeout(() => request.abort(), deadline);
    let answer;
    try {
      answer = await ask(url, query, { limit, items, explain, signal: request.signal });
    } catch {
      answer = { completions: [], items: [] };
    }
    clearTimeout(late);
    // Somebody typed on, left the box, is composing, or is choosing from what is shown.
    if (number !== this.asked || query !== this.input.value || this.active >= 0) return;
    this.show(answer, query);
  }

  // Closes the list, and drops what is being asked.
  close() {
    clearTimeout(this.timer);
    clearTimeout(this.counting);
    this.request?.abort();
    this.asked += 1;
    this.activate(-1);
    this.list.hidden = true;
    this.input.setAttribute('aria-expanded', 'false');
    this.status.textContent = '';
  }

  typed() {
    clearTimeout(this.timer);
    if (this.input.value.trim().length < this.options.minimum) return this.close();
    // What is still shown is for less than what was typed.
    this.activate(-1);
    this.asked += 1;
    this.timer = setTimeout(() => this.complete(), this.options.delay);
  }

  show({ completions, items }, query) {
    this.choices = [
      ...completions.map((completion) => ({ completion, text: completion.text })),
      ...items.map((item) => ({ item, text: item.title })),
    ];
    const page = this.input.ownerDocument;
    this.input.dispatchEvent(new CustomEvent('qac-answer', {
      bubbles: true, detail: { completions, items, query },
    }));
    this.activate(-1);
    this.list.replaceChildren(
      ...this.choices.map(({ completion, item, text }, at) => {
        const option = page.createElement('li');
        option.id = `${this.list.id}-${at}`;
        option.className = item ? 'qac-option qac-item' : 'qac-option';
        option.setAttribute('role', 'option');
        option.setAttribute('aria-selected', 'false');
        if (completion?.corrected || completion?.match === 'corrected') {
          const note = page.createElement('span');
          note.className = 'qac-note';
          note.textContent = this.texts.corrected;
          option.append(note, ' ');
        }
        for (const [part, wasTyped] of parts(text, query)) {
          const element = page.createElement(wasTyped ? 'span' : 'b');
          element.textContent = part;
          option.append(element);
        }
        return option;
      })
    );
    const isOpen = this.choices.length > 0;
    if (!isOpen) return this.close();
    this.list.hidden = false;
    this.list.scrollTop = 0;
    this.input.setAttribute('aria-expanded', 'true');
    this.place();
    // Counted once the typing pauses, so that nobody is read a number per letter.
    clearTimeout(this.counting);
    this.counting = setTimeout(() => {
      this.status.textContent = this.texts.count(this.choices.length);
    }, 600);
  }

  place() {
    if (this.list.hidden) return;
    const { offsetLeft, offsetTop, offsetHeight, offsetWidth } = this.input;
    Object.assign(this.list.style, {
      left: `${offsetLeft}px`, top: `${offsetTop + offsetHeight}px`, width: `${offsetWidth}px`,
    });
  }

  activate(at) {
    this.list.children[this.active]?.setAttribute('aria-selected', 'false');
    this.active = at;
    const option = this.list.children[at];
    if (!option) return this.input.removeAttribute('aria-activedescendant');
    option.setAttribute('aria-selected', 'true');
    option.scrollIntoView({ block: 'nearest' });
    this.input.setAttribute('aria-activedescendant', option.id);
  }

  key(event) {
    // 229: some browsers end a composition before they tell of the key that ended it.
    if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey) return;
    const isOpen = !this.list.hidden;
    const count = this.choices.length;
    switch (event.key) {
      case 'ArrowDown':
      case 'ArrowUp': {
        const isDown = event.key === 'ArrowDown';
        event.preventDefault();
        if (event.altKey && !isDown) this.close();
        else if (!isOpen) this.complete();
        // Behind the last and before the first is the input itself.
        else if (!event.altKey) {
          this.activate(((this.active + 1 + (isDown ? 1 : count)) % (count + 1)) - 1);
        }
        break;
      }
      case 'Enter':
        if (isOpen && this.active >= 0) {
          event.preventDefault();
          this.take(this.active);
        }
        break;
      case 'Escape':
        if (isOpen) {
          event.preventDefault();
          this.close();
        } else if (this.input.value) {
          event.preventDefault();
          this.input.value = '';
          this.close();
        }
        break;
      case 'Home':
      case 'End':
      case 'ArrowLeft':
      case 'ArrowRight':
        // The key moves the caret, as without a list.
        this.activate(-1);
        break;
      default:
    }
  }

  take(at) {
    const { completion, item, text } = this.choices[at];
    const query = this.input.value;
    this.close();
    if (completion) {
      this.input.value = text;
      this.input.setSelectionRange(text.length, text.length);
    }
    const event = new CustomEvent('qac-select', {
      bubbles: true, cancelable: true, detail: { completion, item, query },
    });
    const goesOn = this.input.dispatchEvent(event);
    if (item) this.record(query, item.id);
    else if (goesOn && this.options.submit) {
      if (this.input.form) this.input.form.requestSubmit();
      else this.submitted();
    }
  }

  submitted() {
    this.close();
    this.record(this.input.value);
  }

  // Tells the server what was submitted, or to which item a query led; nobody waits for it.
  record(query, item = undefined) {
    if (!this.options.record || !query.trim()) return;
    fetch(`${this.options.url.replace(/\/+$/, '')}/record`, {
      method: 'POST', keepalive: true, credentials: 'same-origin',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(item === undefined ? { query } : { query, item }),
    }).catch(() => {});
  }
}

// A source for Algolia's autocomplete: `getSources: () => [source({ url: '/search' })]`.
export function source({ url, limit = 8, sourceId = 'qacd', deadline = 2000 }) {
  return {
    sourceId,
    async getItems({ query }) {
      try {
        const signal = AbortSignal.timeout(deadline);
        return (await ask(url, query, { limit, signal })).completions;
      } catch {
        return [];
      }
    },
    getItemInputValue: ({ item }) => item.text,
    templates: {
      item: ({ item, createElement }) =>
        createElement('span', { className: 'qac-option' }, item.text),
    },
  };
}

if (globalThis.customElements && !customElements.get('qac-box')) {
  customElements.define('qac-box', class extends HTMLElement {
    connectedCallback() {
      // The children are there once the page has been read.
      queueMicrotask(() => {
        const input = this.querySelector('input');
        if (!input || this.box || !this.isConnected) return;
        const options = { url: this.getAttribute('url') ?? '' };
        for (const name of ['limit', 'items', 'minimum', 'delay', 'deadline']) {
          if (this.hasAttribute(name)) options[name] = Number(this.getAttribute(name));
        }
        this.box = new QACBox(input, options);
      });
    }

    disconnectedCallback() {
      this.box?.destroy();
      this.box = undefined;
    }
  });
}
