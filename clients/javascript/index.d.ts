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
  /** The session itself submitted it, and its last use failed. */
  failed?: boolean;
  features?: Feature[];
  /** With `last`: of what the session has submitted. */
  last?: LastUse;
}

export interface Term {
  kind: string;
  text: string;
}

export interface Item {
  id: string;
  title: string;
  score: number;
  payload?: unknown;
  arm?: string;
  terms?: Term[];
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

export type Outcome = 'ok' | 'failed';

export type UseKind = 'click' | 'cart' | 'purchase';

/** What may be known of a submitted query beside its text and its time. */
export interface Circumstances {
  /** The conversation of the session, such as a terminal or a tab. */
  thread?: string;
  place?: string;
  outcome?: Outcome;
  /** What stood in the box when the query was submitted, or when a line was taken. */
  typed?: string;
  /** The place in the list of the line that was taken, from 1; 0 if none was. */
  taken?: number;
  /** The source of that line. */
  source?: string;
  /** As whom it counts where people are counted; '' for nobody, absent for its session. */
  person?: string;
}

export interface RecordedQuery extends Circumstances {
  query: string;
  /** Unix seconds. */
  at: number;
}

/** When and where a text was last submitted, and how often. */
export interface LastUse {
  /** Unix seconds. */
  at: number;
  uses: number;
  place?: string;
  outcome?: Outcome;
}

export interface Hit extends LastUse {
  query: string;
}

export interface Hits {
  hits: Hit[];
  /** The `before` of the next page. */
  next?: string;
}

/** An event as `exportEvents` gives it; `importEvents` wants its session as well. */
export interface ExportedEvent extends RecordedQuery {
  item?: string;
  kind?: UseKind;
  /** The how-manieth it is of events that are equal, from 1. */
  occurrence?: number;
  /** Nobody knows when it was submitted, and `at` is a guess. */
  undated?: boolean;
}

export interface NewEvent extends ExportedEvent {
  session: string;
}

export interface ExportedEvents {
  /** Oldest first. */
  events: ExportedEvent[];
  /** The `after` of the next page, if there is one. */
  next?: string;
}

export interface ImportCounts {
  recorded: number;
  /** Events that were there already. */
  known: number;
  /** Events that are later than the daemon's clock. */
  ahead: number;
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
  thread?: string;
  place?: string;
  limit?: number;
  previous?: string[];
  explain?: boolean;
  items?: number;
  /** Tells when and where the session last submitted each suggestion. */
  last?: boolean;
  at?: number;
}

export interface SearchOptions extends CallOptions {
  limit?: number;
  before?: string;
  place?: string;
}

export interface RetrieveOptions extends CallOptions {
  session?: string;
  thread?: string;
  limit?: number;
  previous?: string[];
  explain?: boolean;
  at?: number;
}

export interface RecordOptions extends CallOptions, Circumstances {
  item?: string;
  kind?: UseKind;
  at?: number;
}

export interface ExportOptions extends CallOptions {
  /** The `next` of the page before. */
  after?: string;
  limit?: number;
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
  /** The id of the query; undefined with `item`, and from a daemon that lacks `outcome`. */
  record(session: string, query: string, options?: RecordOptions): Promise<string | undefined>;
  /** Says how a query ended that `record` answered with `id`: whether it was found. */
  recordOutcome(
    session: string,
    id: string,
    outcome: Outcome,
    options?: CallOptions,
  ): Promise<boolean>;
  history(session: string, options?: CallOptions & { limit?: number }): Promise<RecordedQuery[]>;
  /** Finds words, in any order, in everything that the session ever submitted. */
  search(session: string, query: string, options?: SearchOptions): Promise<Hits>;
  forget(options: ForgetOptions): Promise<number>;
  /**
   * Adds 1 to 1000 events of before. They are sent again if the connection ends: what the first
   * sending added is `known` to the second.
   */
  importEvents(events: NewEvent[], options?: CallOptions): Promise<ImportCounts>;
  /** Equal events have no `occurrence` there: number them, across pages, to import them. */
  exportEvents(session: string, options?: ExportOptions): Promise<ExportedEvents>;
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
