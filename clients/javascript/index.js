// Client of qacd, the session-aware query-autocompletion daemon, for Node.
//
//     const { Client } = require('qacd');
//     const client = new Client();
//     const { suggestions } = await client.complete('ru', { session: 'ann', deadline: 100 });
//
// Invariant: a call is in exactly one of `#queue` (not written), `#waiting` (written, by id) and
// settled. A call that is given up leaves both, and its answer is dropped when it comes.
'use strict';

const net = require('node:net');

const MAXIMUM_REQUEST = 65536;
const MAXIMUM_ANSWER = 64 * 1024 * 1024;
const MAXIMUM_PATH = 107;
// Bytes that may wait for a daemon that reads nothing, while calls wait for it as well.
const MAXIMUM_UNSENT = 16 * 1024 * 1024;
const AGAIN = new Set([-32002, -32003, -32004, -32005, -32007]);
// Longer than this, setTimeout fires at once.
const LONGEST_TIMER = 2 ** 31 - 1;

// What can go wrong with a call. `kind` is one of:
//   refused      the daemon answered with an error, whose code is `code`
//   timeout      the deadline passed
//   closed       the connection ended before the answer came
//   unavailable  no connection could be made; nothing was sent
//   invalid      what came is no answer of the protocol
//   toolong      the request does not fit into a line; nothing was sent
// `retryable` says whether sending the same call again does no harm and may succeed.
class QACError extends Error {
  constructor(kind, message, retryable, code = undefined) {
    super(message);
    this.name = 'QACError';
    this.kind = kind;
    this.retryable = retryable;
    this.code = code;
  }
}

// `$XDG_RUNTIME_DIR/qacd/qacd.sock`, or `/tmp/qacd-UID/qacd.sock`, as qac-cli finds it.
function defaultSocket(environment = process.env) {
  const directory = environment.XDG_RUNTIME_DIR || '';
  if (directory.startsWith('/')) return `${directory.replace(/\/+$/, '')}/qacd/qacd.sock`;
  return `/tmp/qacd-${process.getuid()}/qacd.sock`;
}

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const object = (value) => isObject(value);
const list = (name, ...texts) => (value) =>
  isObject(value) &&
  Array.isArray(value[name]) &&
  value[name].every((each) => isObject(each) && texts.every((t) => typeof each[t] === 'string'));
const whole = (name) => (value) => isObject(value) && Number.isSafeInteger(value[name]);
const text = (name) => (value) => isObject(value) && typeof value[name] === 'string';
const flag = (name) => (value) => isObject(value) && typeof value[name] === 'boolean';
const textIfAny = (name) => (value) =>
  isObject(value) && (value[name] === undefined || typeof value[name] === 'string');

// Each method: its name in the protocol, the parameters that are arguments of their own, whether
// sending it twice does no harm, what its result must be, and the member that it returns.
const METHODS = {
  complete: ['complete', ['prefix'], true, list('suggestions', 'text', 'source', 'match')],
  retrieve: ['retrieve', ['query'], true, list('items', 'id', 'title')],
  record: ['record', ['session', 'query'], false, textIfAny('id'), 'id'],
  // Not sent again: of several outcomes the last one counts, and a newer one may have come.
  recordOutcome: ['record', ['session', 'id', 'outcome'], false, flag('found'), 'found'],
  history: ['history', ['session'], true, list('queries', 'query'), 'queries'],
  search: ['search', ['session', 'query'], true, list('hits', 'query')],
  forget: ['forget', [], false, whole('forgotten'), 'forgotten'],
  // Events that are there already are not added.
  importEvents: ['import', ['events'], true, whole('recorded')],
  exportEvents: ['export', ['session'], true, list('events', 'query')],
  block: ['block', ['kind', 'text'], false, whole('labels')],
  unblock: ['unblock', ['kind', 'text'], false, whole('labels')],
  blocks: ['blocks', [], true, list('rules', 'kind', 'text', 'source'), 'rules'],
  pin: ['pin', ['prefix', 'text'], false, whole('labels')],
  unpin: ['unpin', ['prefix', 'text'], false, whole('labels')],
  pins: ['pins', [], true, list('rules', 'prefix', 'text'), 'rules'],
  boost: ['boost', ['kind', 'text', 'factor'], false, whole('labels')],
  unboost: ['unboost', ['kind', 'text'], false, whole('labels')],
  boosts: ['boosts', [], true, list('rules', 'kind', 'text'), 'rules'],
  addItems: ['items.add', ['items'], false, whole('added')],
  removeItems: ['items.remove', ['ids'], false, whole('removed'), 'removed'],
  items: ['items', [], true, list('items', 'id', 'title', 'state'), 'items'],
  status: ['status', [], true, object],
  metrics: ['metrics', [], true, text('text'), 'text'],
  reload: ['reload', [], true, text('index'), 'index'],
  ping: ['ping', [], true, whole('protocol'), 'protocol'],
};

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function invalid(what) {
  return new QACError('invalid', `${what}; is it qacd?`, false);
}

// An answer line as `{id, result, error}`; undefined for white space.
function parse(line) {
  let value;
  try {
    const read = decoder.decode(line);
    if (/^[ \t\r]*$/.test(read)) return undefined;
    value = JSON.parse(read);
  } catch {
    throw invalid('the daemon sent what is not JSON');
  }
  if (!isObject(value) || !('id' in value)) throw invalid('the daemon sent what is no answer');
  const { id, error } = value;
  if (error === undefined || error === null) {
    if (!('result' in value)) throw invalid('an answer has neither result nor error');
    return { id, result: value.result };
  }
  if (!isObject(error) || !Number.isSafeInteger(error.code)) throw invalid('an error has no code');
  const message = typeof error.message === 'string' ? error.message : 'refused';
  return { id, error: new QACError('refused', message, AGAIN.has(error.code), error.code) };
}

class Client {
  #path;
  #deadline;
  #last = 0;
  #socket = null;
  #isConnected = false;
  // Whether `#queue` waits until the loop has looked for the end of an idle connection.
  #isLooking = false;
  #queue = [];
  #waiting = new Map();
  #parts = [];
  #size = 0;

  // `socket`: the path of the daemon's socket. `deadline`: the milliseconds that a call may take
  // that names no deadline, for connecting, sending and waiting together.
  constructor({ socket = defaultSocket(), deadline = 5000 } = {}) {
    this.#path = String(socket);
    this.#deadline = checkedDeadline(deadline);
  }

  // Sends a method by its name in the protocol, and returns its result as it is. `safe` says that
  // sending it twice does no harm.
  method(name, params = {}, { safe = false, deadline, signal } = {}) {
    return this.#call(name, params, safe, () => true, undefined, deadline, signal);
  }

  // Closes the connection; calls that wait fail as `closed`, and the next call connects again.
  close() {
    const waiting = [...this.#waiting.values(), ...this.#queue];
    this.#forget();
    for (const call of waiting) call.fail(lost(call));
  }

  #call(method, params, safe, isResult, member, deadline = this.#deadline, signal = undefined) {
    checkedDeadline(deadline);
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const id = ++this.#last;
      const line = JSON.stringify({ jsonrpc: '2.0', id, method, params });
      const bytes = Buffer.byteLength(line);
      if (bytes > MAXIMUM_REQUEST) {
        const what = `the request has ${bytes} bytes, and the protocol allows ${MAXIMUM_REQUEST}`;
        return reject(new QACError('toolong', `${what}; shorten its text`, false));
      }
      const call = { id, line: `${line}\n`, method, safe, wasSent: false, attempts: 0 };
      const settle = () => {
        clearTimeout(call.timer);
        signal?.removeEventListener('abort', abort);
        this.#waiting.delete(id);
        const at = this.#queue.indexOf(call);
        if (at >= 0) this.#queue.splice(at, 1);
        this.#rest();
      };
      const abort = () => {
        settle();
        reject(signal.reason);
      };
      call.fail = (error) => {
        settle();
        reject(error);
      };
      call.succeed = (result) => {
        if (!isResult(result)) return call.fail(invalid(`the result of ${method} is no result`));
        settle();
        resolve(member === undefined ? result : result[member]);
      };
      const expire = () => {
        const retryable = safe || !call.wasSent;
        const what = `the daemon did not answer ${method} in time`;
        call.fail(new QACError('timeout', `${what}; see its log, or allow more time`, retryable));
        // The daemon reads nothing: what is not sent yet must not pile up.
        const unsent = this.#isConnected ? this.#socket.writableLength : 0;
        if (unsent > (this.#waiting.size > 0 ? MAXIMUM_UNSENT : 0)) this.#end();
      };
      call.timer = setTimeout(expire, Math.min(deadline, LONGEST_TIMER));
      signal?.addEventListener('abort', abort, { once: true });
      this.#queue.push(call);
      this.#flush();
    });
  }

  // Writes what is queued, or first does what that needs.
  #flush() {
    if (this.#queue.length === 0) return;
    if (this.#socket === null) return this.#connect();
    this.#socket.ref();
    if (!this.#isConnected || this.#isLooking) return;
    // A daemon that restarted has closed an idle connection, which the loop may not have read yet.
    // What is safe is simply sent again then. The rest waits for a whole turn of the loop.
    if (this.#waiting.size === 0 && !this.#queue.every((call) => call.safe)) {
      this.#isLooking = true;
      const socket = this.#socket;
      setImmediate(() =>
        setImmediate(() => {
          if (this.#socket !== socket) return;
          this.#isLooking = false;
          this.#write();
        })
      );
      return;
    }
    this.#write();
  }

  #write() {
    if (this.#queue.length === 0) return this.#rest();
    const calls = this.#queue;
    this.#queue = [];
    let lines = '';
    for (const call of calls) {
      call.wasSent = true;
      call.attempts += 1;
      this.#waiting.set(call.id, call);
      lines += call.line;
    }
    this.#socket.write(lines);
  }

  #connect() {
    if (Buffer.byteLength(this.#path) > MAXIMUM_PATH || this.#path.includes('\0')) {
      const what = `a socket's path has at most ${MAXIMUM_PATH} bytes; choose a shorter one`;
      return this.#failQueue(new QACError('unavailable', what, false));
    }
    this.#parts = [];
    this.#size = 0;
    const socket = net.connect(this.#path);
    this.#socket = socket;
    const isCurrent = () => this.#socket === socket;
    socket.on('connect', () => {
      if (!isCurrent()) return;
      this.#isConnected = true;
      this.#write();
    });
    socket.on('data', (chunk) => {
      if (isCurrent()) this.#receive(chunk);
    });
    socket.on('error', (error) => {
      if (!isCurrent() || this.#isConnected) return;
      this.#forgetSocket();
      // The daemon's queue of connections is full, and there is nothing to wait for.
      if (error.code === 'EAGAIN') return void setTimeout(() => this.#flush(), 2);
      const where = `${this.#path} (${error.code})`;
      const what = `no daemon answers at ${where}; start one with: qacd --index FILE`;
      this.#failQueue(new QACError('unavailable', what, true));
    });
    const end = () => {
      if (isCurrent() && this.#isConnected) this.#end();
    };
    socket.on('end', end);
    socket.on('close', end);
  }

  #receive(chunk) {
    let begin = 0;
    for (;;) {
      const end = chunk.indexOf(10, begin);
      if (end < 0) break;
      let line = chunk.subarray(begin, end);
      if (this.#parts.length > 0) {
        line = Buffer.concat([...this.#parts, line]);
        this.#parts = [];
      }
      this.#size = 0;
      begin = end + 1;
      try {
        this.#take(parse(line));
      } catch (error) {
        return this.#end(error);
      }
      if (this.#socket === null) return;
    }
    if (begin === chunk.length) return;
    const rest = chunk.subarray(begin);
    this.#parts.push(rest);
    this.#size += rest.length;
    if (this.#size > MAXIMUM_ANSWER) {
      const what = `an answer has more than ${MAXIMUM_ANSWER} bytes; ask for fewer suggestions`;
      this.#end(new QACError('invalid', what, false));
    }
  }

  #take(answer) {
    if (answer === undefined) return;
    // The daemon refuses the connection, or could not tell what a line was.
    if (answer.id === null && answer.error) throw answer.error;
    const call = this.#waiting.get(answer.id);
    if (call === undefined) return;
    if (answer.error) call.fail(answer.error);
    else call.succeed(answer.result);
  }

  // The connection has ended: what waits fails with `error`, or is sent again if it is safe.
  #end(error = undefined) {
    const waiting = [...this.#waiting.values()];
    const queue = this.#queue;
    this.#forget();
    const again = [];
    for (const call of waiting) {
      if (error !== undefined) call.fail(error);
      else if (call.safe && call.attempts < 2) again.push(call);
      else call.fail(lost(call));
    }
    this.#queue = [...again, ...queue, ...this.#queue];
    this.#flush();
  }

  #failQueue(error) {
    for (const call of [...this.#queue]) call.fail(error);
  }

  #forgetSocket() {
    const socket = this.#socket;
    this.#socket = null;
    this.#isConnected = false;
    this.#isLooking = false;
    this.#parts = [];
    this.#size = 0;
    socket?.destroy();
  }

  #forget() {
    this.#waiting = new Map();
    this.#queue = [];
    this.#forgetSocket();
  }

  // An idle connection does not keep the program running.
  #rest() {
    if (this.#waiting.size === 0 && this.#queue.length === 0) this.#socket?.unref();
  }

  static {
    for (const [name, [method, required, safe, isResult, member]] of Object.entries(METHODS)) {
      const last = required.length;
      Object.defineProperty(this.prototype, name, {
        configurable: true,
        writable: true,
        value(...values) {
          const { deadline, signal, ...rest } = values[last] ?? {};
          const params = {};
          required.forEach((parameter, at) => {
            params[parameter] = values[at];
          });
          for (const [key, value] of Object.entries(rest)) {
            if (value !== undefined) params[key] = value;
          }
          return this.#call(method, params, safe, isResult, member, deadline, signal);
        },
      });
    }
  }
}

function checkedDeadline(milliseconds) {
  if (!(Number.isFinite(milliseconds) && milliseconds >= 0)) {
    throw new RangeError('a deadline is a number of milliseconds, not negative; correct it');
  }
  return milliseconds;
}

function lost(call) {
  const what = `the connection ended before ${call.method} was answered; see the daemon's log`;
  return new QACError('closed', what, call.safe || !call.wasSent);
}

module.exports = { Client, QACError, defaultSocket };
