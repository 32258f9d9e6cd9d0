// Types of the client of qacd for Node.

export interface CallOptions {
  /** Milliseconds that the call may take; the client's if absent. */
  deadline?: number;
  /** Gives the call up; it rejects with the signal's reason. */
  signal?: AbortSignal;
}

export interface Feature {
  name: string;
  value: number;
  weight: number;
}

export interface Suggestion {
  text: string;
  /** Orders the suggestions of one answer; means nothing across answers. */
  score: number;
  source: string;
  match: string;
  corrected?: boolean;
  features?: Feature[];
}

export interface Item {
  id: string;
  title: string;
  score: number;
  payload?: unknown;
  arm?: string;
  features?: Feature[];
}

export interface Completion {
  suggestions: Suggestion[];
  items?: Item[];
  index: string;
  took_us: number;
}

export interface Retrieval {
  items: Item[];
  index: string;
  took_us: number;
}

export interface RecordedQuery {
  query: string;
  /** Unix seconds. */
  at: number;
}

export interface RuleChange {
  labels: number;
  new?: boolean;
  existed?: boolean;
  in_file?: boolean;
  items?: number;
}

export interface Rule {
  kind: string;
  text: string;
  source: string;
}

export interface Pin {
  prefix: string;
  text: string;
  until?: number;
}

export interface Boost {
  kind: string;
  text: string;
  factor: number;
}

export interface NewItem {
  id: string;
  title: string;
  text?: string;
  weight?: number;
  payload?: unknown;
}

export interface ListedItem {
  id: string;
  title: string;
  state: string;
}

export interface AddedCounts {
  added: number;
  replaced: number;
  indexed: number;
}

export interface CompleteOptions extends CallOptions {
  session?: string;
  limit?: number;
  previous?: string[];
  explain?: boolean;
  items?: number;
  at?: number;
}

export interface RetrieveOptions extends CallOptions {
  session?: string;
  limit?: number;
  previous?: string[];
  explain?: boolean;
  at?: number;
}

export interface RecordOptions extends CallOptions {
  item?: string;
  kind?: 'click' | 'cart' | 'purchase';
  at?: number;
}

export interface ForgetOptions extends CallOptions {
  /** Alone, it deletes everything that the session has submitted: ask before you do that. */
  session?: string;
  everyone?: boolean;
  query?: string;
  since?: number;
  until?: number;
}

export type RuleKind = 'exact' | 'prefix' | 'word' | 'pattern';

export declare class Client {
  constructor(options?: { socket?: string; deadline?: number });
  complete(prefix: string, options?: CompleteOptions): Promise<Completion>;
  retrieve(query: string, options?: RetrieveOptions): Promise<Retrieval>;
  record(session: string, query: string, options?: RecordOptions): Promise<void>;
  history(session: string, options?: CallOptions & { limit?: number }): Promise<RecordedQuery[]>;
  forget(options: ForgetOptions): Promise<number>;
  block(kind: RuleKind | 'item', text: string, options?: CallOptions): Promise<RuleChange>;
  unblock(kind: RuleKind | 'item', text: string, options?: CallOptions): Promise<RuleChange>;
  blocks(options?: CallOptions): Promise<Rule[]>;
  pin(prefix: string, text: string, options?: CallOptions & { until?: number }): Promise<RuleChange>;
  unpin(prefix: string, text: string, options?: CallOptions): Promise<RuleChange>;
  pins(options?: CallOptions): Promise<Pin[]>;
  boost(kind: RuleKind, text: string, factor: number, options?: CallOptions): Promise<RuleChange>;
  unboost(kind: RuleKind, text: string, options?: CallOptions): Promise<RuleChange>;
  boosts(options?: CallOptions): Promise<Boost[]>;
  addItems(items: NewItem[], options?: CallOptions): Promise<AddedCounts>;
  removeItems(ids: string[], options?: CallOptions): Promise<number>;
  items(options?: CallOptions & { limit?: number }): Promise<ListedItem[]>;
  status(options?: CallOptions): Promise<Record<string, unknown>>;
  metrics(options?: CallOptions): Promise<string>;
  reload(options?: CallOptions & { force?: boolean }): Promise<string>;
  ping(options?: CallOptions): Promise<number>;
  /** Sends a method by its name in the protocol; `safe`: sending it twice does no harm. */
  method(
    name: string,
    params?: Record<string, unknown>,
    options?: CallOptions & { safe?: boolean },
  ): Promise<unknown>;
  /** Closes the connection; the next call makes another. */
  close(): void;
}

export declare class QACError extends Error {
  readonly name: 'QACError';
  readonly kind: 'refused' | 'timeout' | 'closed' | 'unavailable' | 'invalid' | 'toolong';
  /** The daemon's error code, if it refused. */
  readonly code?: number;
  /** Whether sending the same call again does no harm and may succeed. */
  readonly retryable: boolean;
}

/** The socket that qac-cli uses. */
export declare function defaultSocket(environment?: Record<string, string | undefined>): string;
