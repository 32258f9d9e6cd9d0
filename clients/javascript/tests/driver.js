// The driver of the conformance suite for this client: `driver.js SOCKET`.
'use strict';

const readline = require('node:readline');
const { Client } = require('..');

// The arguments before the options, and where the protocol wraps what a method returns as it is.
const NAMES = {
  import: 'importEvents', export: 'exportEvents', 'items.add': 'addItems',
  'items.remove': 'removeItems',
};
const ARGUMENTS = {
  recordOutcome: ['session', 'id', 'outcome'], import: ['events'], export: ['session'],
  complete: ['prefix'], retrieve: ['query'], record: ['session', 'query'], history: ['session'],
  search: ['session', 'query'],
  block: ['kind', 'text'], unblock: ['kind', 'text'], pin: ['prefix', 'text'],
  unpin: ['prefix', 'text'], boost: ['kind', 'text', 'factor'], unboost: ['kind', 'text'],
  'items.add': ['items'], 'items.remove': ['ids'],
};
const WRAPPED = {
  history: 'queries', forget: 'forgotten', blocks: 'rules', pins: 'rules', boosts: 'rules',
  items: 'items', 'items.remove': 'removed', metrics: 'text', reload: 'index', ping: 'protocol',
};

const client = new Client({ socket: process.argv[2] });

async function outcome({ method, params }, deadline) {
  try {
    const isLate = method === 'record' && 'id' in params;
    const name = isLate ? 'recordOutcome' : NAMES[method] ?? method;
    if (typeof client[name] !== 'function') {
      return { result: await client.method(method, params, { deadline }) };
    }
    const rest = { ...params };
    const values = (ARGUMENTS[isLate ? name : method] ?? []).map((parameter) => {
      const value = rest[parameter];
      delete rest[parameter];
      return value;
    });
    const found = await client[name](...values, { ...rest, deadline });
    if (found === undefined) return { result: {} };
    if (method === 'record') return { result: { [isLate ? 'found' : 'id']: found } };
    return { result: method in WRAPPED ? { [WRAPPED[method]]: found } : found };
  } catch (error) {
    if (error.name !== 'QACError') throw error;
    const { kind, code, retryable, message } = error;
    return { error: { kind, code, retryable, message } };
  }
}

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const { calls, deadline_ms: deadline } = JSON.parse(line);
    const outcomes = await Promise.all(calls.map((call) => outcome(call, deadline)));
    process.stdout.write(`${JSON.stringify(outcomes)}\n`);
  }
})();
