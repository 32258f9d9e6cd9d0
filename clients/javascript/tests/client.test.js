// What the client promises beyond the protocol: `node --test clients/javascript/tests`.
// The conformance suite has the rest.
'use strict';

const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');
const { Client, QACError, defaultSocket } = require('..');

const suite = require('../../conformance/suite.json');

// A daemon of this process that answers with what `answer` returns; undefined for no answer.
async function daemon(t, answer) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'qacd-node.'));
  const socket = path.join(folder, 'qacd.sock');
  const requests = [];
  const connections = new Set();
  const server = net.createServer((connection) => {
    connections.add(connection);
    connection.on('error', () => {});
    connection.on('close', () => connections.delete(connection));
    let rest = '';
    connection.on('data', (data) => {
      const lines = (rest + data).split('\n');
      rest = lines.pop();
      for (const line of lines) {
        const request = JSON.parse(line);
        requests.push(request);
        const result = answer(request);
        if (result === undefined) continue;
        connection.write(`${JSON.stringify({ jsonrpc: '2.0', id: request.id, result })}\n`);
      }
    });
  });
  await new Promise((resolve) => server.listen(socket, resolve));
  t.after(() => {
    for (const connection of connections) connection.destroy();
    server.close();
    fs.rmSync(folder, { recursive: true });
  });
  return { socket, requests, connections };
}

const echo = ({ method, params }) =>
  method === 'complete'
    ? { suggestions: [{ text: `${params.prefix}!`, score: 0, source: 'index', match: 'prefix' }] }
    : { protocol: 1 };

test('the default socket is that of qac-cli', () => {
  const fallback = `/tmp/qacd-${process.getuid()}/qacd.sock`;
  for (const [value, expected] of [
    ['/run/user/7', '/run/user/7/qacd/qacd.sock'],
    ['/run/user/7//', '/run/user/7/qacd/qacd.sock'],
    ['/', '/qacd/qacd.sock'],
    ['relative', fallback],
    ['', fallback],
    [undefined, fallback],
  ]) {
    assert.equal(defaultSocket({ XDG_RUNTIME_DIR: value }), expected);
  }
});

test('every method of the protocol and every parameter has a type', () => {
  const types = fs.readFileSync(path.join(__dirname, '..', 'index.d.ts'), 'utf8');
  const names = {
    import: 'importEvents', export: 'exportEvents', 'items.add': 'addItems',
    'items.remove': 'removeItems',
  };
  // The members of an interface, and of those that it extends.
  const membersOf = (interfaceName) => {
    const found = types.match(new RegExp(`interface ${interfaceName}( extends [^{]*)? {[^]*?\\n}`));
    const bases = found?.[1]?.match(/[A-Z]\w+/g) ?? [];
    return [found?.[0] ?? '', ...bases.map(membersOf)].join('\n');
  };
  const functions = Object.entries(suite.methods).flatMap(([method, forms]) =>
    forms.map((parameters) => {
      const isLate = method === 'record' && parameters.some((each) => each.name === 'id');
      return [isLate ? 'recordOutcome' : names[method] ?? method, method, parameters];
    })
  );
  assert.equal(functions.filter(([, method]) => method === 'record').length, 3);
  for (const [name, method, parameters] of functions) {
    assert.equal(typeof Client.prototype[name], 'function', method);
    const declared = types.match(new RegExp(`\\n  ${name}\\(([^]*?)\\): Promise`));
    assert.ok(declared, `${name} is not in index.d.ts`);
    const options = declared[1].match(/options\??: (\w+Options)/)?.[1];
    const members = options ? membersOf(options) : '';
    for (const { name: parameter } of parameters) {
      const pattern = new RegExp(`\\b${parameter}\\??:`);
      assert.ok(pattern.test(declared[1]) || pattern.test(members), `${name}: ${parameter}`);
    }
  }
});

test('a signal gives a call up, and no other', async (t) => {
  const { socket, requests } = await daemon(t, (request) =>
    request.params.prefix === 'slow' ? undefined : echo(request)
  );
  const client = new Client({ socket });
  const controller = new AbortController();
  const slow = client.complete('slow', { signal: controller.signal });
  const other = client.complete('other');
  assert.equal((await other).suggestions[0].text, 'other!');
  controller.abort();
  await assert.rejects(slow, { name: 'AbortError' });
  await assert.rejects(client.complete('never', { signal: controller.signal }), {
    name: 'AbortError',
  });
  assert.deepEqual(requests.map((request) => request.params.prefix), ['slow', 'other']);
  client.close();
});

test('close fails what waits, and the next call connects again', async (t) => {
  const { socket } = await daemon(t, (request) =>
    request.params.prefix === 'slow' ? undefined : echo(request)
  );
  const client = new Client({ socket });
  const slow = client.complete('slow');
  await client.ping();
  client.close();
  await assert.rejects(slow, (error) => error instanceof QACError && error.kind === 'closed');
  assert.equal(await client.ping(), 1);
  client.close();
});

test('a parameter that is undefined is not sent', async (t) => {
  const { socket, requests } = await daemon(t, echo);
  const client = new Client({ socket });
  await client.complete('a', { session: undefined, limit: 3 });
  assert.deepEqual(requests[0].params, { prefix: 'a', limit: 3 });
  client.close();
});

test('a late outcome, an import and an export', async (t) => {
  const page = { events: [{ query: 'ls', at: 1, occurrence: 2 }], next: '1.0' };
  const answers = {
    record: ({ id, item }) => (id ? { found: true } : item ? {} : { id: '1.0.5f0c' }),
    import: ({ events }) => ({ recorded: events.length, known: 0, ahead: 0 }),
    export: () => page,
  };
  const { socket, requests } = await daemon(t, ({ method, params }) => answers[method](params));
  const client = new Client({ socket });
  const id = await client.record('ann', 'ls', { thread: 'tty1', place: '/srv', taken: 0 });
  assert.equal(id, '1.0.5f0c');
  assert.equal(await client.record('ann', 'ls', { item: 'a' }), undefined);
  assert.equal(await client.recordOutcome('ann', id, 'failed'), true);
  assert.deepEqual(requests[0].params, {
    session: 'ann', query: 'ls', thread: 'tty1', place: '/srv', taken: 0,
  });
  assert.deepEqual(requests[2].params, { session: 'ann', id, outcome: 'failed' });
  const { events, next } = await client.exportEvents('ann', { limit: 1 });
  assert.deepEqual({ events, next }, page);
  const copies = events.map((event) => ({ ...event, session: 'ben' }));
  assert.equal((await client.importEvents(copies)).recorded, 1);
  assert.deepEqual(requests[4].params.events, [{ ...page.events[0], session: 'ben' }]);
  client.close();
});

test('a deadline is a number of milliseconds', async () => {
  for (const deadline of [-1, NaN, Infinity, '5']) {
    assert.throws(() => new Client({ deadline }), RangeError);
    assert.throws(() => new Client().ping({ deadline }), RangeError);
  }
});

test('an idle connection does not keep the program running', async (t) => {
  const { socket } = await daemon(t, echo);
  const program = `
    const { Client } = require(${JSON.stringify(path.join(__dirname, '..'))});
    new Client({ socket: process.argv[1] }).complete('a').then(
      ({ suggestions }) => console.log(suggestions[0].text));
  `;
  // The daemon is in this process, so the child must not be waited for by blocking.
  const { spawn } = require('node:child_process');
  const child = spawn(process.execPath, ['-e', program, socket], { timeout: 30000 });
  let printed = '';
  child.stdout.on('data', (data) => (printed += data));
  const status = await new Promise((resolve) => child.on('close', resolve));
  assert.equal(status, 0);
  assert.equal(printed, 'a!\n');
});

test('the types hold', { skip: spawnSync('tsc', ['--version']).error && 'no tsc' }, (t) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'qacd-types.'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  fs.copyFileSync(path.join(__dirname, '..', 'index.d.ts'), path.join(folder, 'qacd.d.ts'));
  const use = `
    import { Client, QACError, Completion } from './qacd';
    async function main(): Promise<string> {
      const client = new Client({ socket: '/a', deadline: 100 });
      const found: Completion = await client.complete('ru', { session: 'ann', limit: 3 });
      await client.record('ann', 'pond', { item: 'a', kind: 'cart' });
      const id = await client.record('ann', 'pond', { thread: 'tab', outcome: 'ok', taken: 1 });
      if (id) await client.recordOutcome('ann', id, 'failed');
      const { events } = await client.exportEvents('ann', { limit: 5 });
      await client.importEvents(events.map((event) => ({ ...event, session: 'ben' })));
      const count: number = await client.forget({ session: 'ann', query: 'pond' });
      try { await client.ping(); } catch (error) {
        if (error instanceof QACError && error.retryable) return String(error.code ?? count);
      }
      return found.suggestions[0].text;
    }
    main();
  `;
  const check = (text) => {
    fs.writeFileSync(path.join(folder, 'use.ts'), text);
    const flags = ['--noEmit', '--strict', '--target', 'es2020', '--lib', 'es2020,dom'];
    return spawnSync('tsc', [...flags, 'use.ts'], { cwd: folder, encoding: 'utf8' });
  };
  const good = check(use);
  assert.equal(good.status, 0, good.stdout);
  assert.notEqual(check(use.replace("'cart'", "'gift'")).status, 0, 'a wrong kind passes');
  assert.notEqual(check(use.replace("'failed'", "'bad'")).status, 0, 'a wrong outcome passes');
});
