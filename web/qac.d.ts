// Types of qac.js.

/** A completion, as `GET {url}/complete` answers it. */
export interface Completion {
  text: string;
  match?: string;
  corrected?: boolean;
  [member: string]: unknown;
}

/** An item that the query means. */
export interface Item {
  id: string;
  title: string;
  payload?: unknown;
  [member: string]: unknown;
}

export interface Texts {
  /** What the list is called for people who do not see it. */
  list: string;
  /** Stands before a completion of what was probably meant. */
  corrected: string;
  /** How many suggestions there are. */
  count(count: number): string;
}

export interface Options {
  /** Where the server answers `/complete` and `/record`; this page's site by default. */
  url?: string;
  /** The most completions; 8 by default. */
  limit?: number;
  /** The most items; 0 by default. */
  items?: number;
  /** The fewest characters that are completed; 1 by default. */
  minimum?: number;
  /** Milliseconds to wait for the next letter before asking; 50 by default. */
  delay?: number;
  /** Milliseconds after which an answer is not waited for; 2000 by default. */
  deadline?: number;
  /** Whether taking a completion submits the form; true by default. */
  submit?: boolean;
  /** Whether what is submitted is told to the server; true by default. */
  record?: boolean;
  /** Whether the server is asked why each completion is there; false by default. */
  explain?: boolean;
  texts?: Partial<Texts>;
}

/** The detail of the event `qac-select`: one of the two was taken, for what was typed. */
export interface Selection {
  completion?: Completion;
  item?: Item;
  query: string;
}

/** The detail of the event `qac-answer`: what shows now, for what was typed. */
export interface Answer {
  completions: Completion[];
  items: Item[];
  query: string;
}

/**
 * Makes an input complete.
 *
 * The input fires `qac-select` when a person takes something. A listener that calls
 * `preventDefault()` keeps the form from being submitted.
 */
export declare class QACBox {
  constructor(input: HTMLInputElement, options?: Options);
  readonly input: HTMLInputElement;
  /** Asks for completions of what the input holds now, and shows them. Never rejects. */
  complete(): Promise<void>;
  /** Closes the list. */
  close(): void;
  /** Takes the box off the input. */
  destroy(): void;
  /** Tells the server that a query was submitted, or to which item it led. */
  record(query: string, item?: string): void;
}

/** A source of Algolia's autocomplete. */
export interface Source {
  sourceId: string;
  getItems(parameters: { query: string }): Promise<Completion[]>;
  getItemInputValue(parameters: { item: Completion }): string;
  templates: {
    item(parameters: {
      item: Completion;
      createElement(type: string, properties: object | null, ...children: string[]): any;
    }): any;
  };
}

export declare function source(options: {
  url: string;
  limit?: number;
  sourceId?: string;
  deadline?: number;
}): Source;

declare global {
  interface HTMLElementEventMap {
    'qac-select': CustomEvent<Selection>;
    'qac-answer': CustomEvent<Answer>;
  }
}
