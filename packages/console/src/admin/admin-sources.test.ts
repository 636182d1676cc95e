import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Resource } from '../store/shape-book.ts';
import { AdminSources } from './admin-sources.ts';

let endpoint: Server;
/** What the endpoint says of itself; undefined while it does not answer. */
let index: unknown;
let resources: (Resource | undefined)[];
let lastSeen: Map<number, number>;
let now: number;
/** What was told to be kept last. */
let kept: unknown;

beforeEach(async () => {
  endpoint = createServer((_, response) => {
    if (index === undefined) response.destroy();
    else response.setHeader('content-type', 'application/json').end(JSON.stringify(index));
  });
  await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}`;
  const attributesJson = JSON.stringify({ 'holdfast.admin.url': url, 'process.pid': 7 });
  const orders = { id: 1, service: 'orders', instance: 'orders-1', version: '', attributesJson };
  resources = [undefined, orders, { ...orders, id: 2, instance: 'orders-2', attributesJson: '{}' }];
  lastSeen = new Map();
  now = 1_000_000;
  index = { service: 'orders', instance: 'orders-1', pid: 7, sections: ['sagas'] };
  kept = undefined;
});

afterEach(async () => {
  endpoint.closeAllConnections();
  await new Promise((resolve) => endpoint.close(resolve));
});

/** Those of a console that finds what the one before it kept. */
function sources(): AdminSources {
  const options = { book: { resources }, ingest: { lastSeen }, token: undefined, now: () => now };
  return new AdminSources({
    ...options,
    restored: kept === undefined ? undefined : JSON.parse(JSON.stringify(kept)),
    changed: (known) => {
      kept = known;
    },
  });
}

const names = (all: AdminSources) => all.all().map(({ resource }) => resource.instance);

/** A console that heard of the process, and asked it. */
async function knowing(): Promise<AdminSources> {
  lastSeen.set(1, now).set(2, now);
  const all = sources();
  await all.look();
  expect(names(all)).toEqual(['orders-1']);
  return all;
}

test('who was known before a restart is asked again, though it sends nothing', async () => {
  await knowing();
  lastSeen.clear();
  const after = sources();
  expect(names(after)).toEqual([]);
  await after.look();
  expect(names(after)).toEqual(['orders-1']);
  // As long as it answers.
  for (let minute = 0; minute < 3; minute++) {
    now += 50_000;
    await after.look();
  }
  expect(names(after)).toEqual(['orders-1']);
});

test('who does not answer after a restart is known to be silent, and then forgotten', async () => {
  await knowing();
  lastSeen.clear();
  index = undefined;
  const after = sources();
  await after.look();
  expect(names(after)).toEqual([]);
  expect(after.silent('sagas', [])).toEqual(['orders']);
  now += 60_000;
  await after.look();
  expect(after.silent('sagas', [])).toEqual([]);
  expect(kept).toEqual([]);
});

test.each([
  ['another service', { service: 'mail', pid: 7, sections: ['sagas'] }],
  ['another process', { service: 'orders', pid: 8, sections: ['sagas'] }],
  ['no admin endpoint', ['hello']],
])('where %s answers, nobody is asked any more', async (_, other) => {
  const before = await knowing();
  index = other;
  await before.look();
  expect(names(before)).toEqual([]);
  expect(kept).toEqual([]);
  lastSeen.clear();
  let asked = 0;
  endpoint.on('request', () => asked++);
  await before.look();
  expect(asked).toBe(0);
  const after = sources();
  await after.look();
  expect(names(after)).toEqual([]);
});

test('what was kept is bounded, and damage to it does no harm', async () => {
  await knowing();
  expect(kept).toEqual([
    { service: 'orders', instance: 'orders-1', url: expect.any(String), sections: ['sagas'] },
  ]);
  lastSeen.clear();
  for (const damaged of ['text', [1, null], [{ service: 'orders' }], [{ sections: ['sagas'] }]]) {
    kept = damaged;
    const all = sources();
    await all.look();
    expect(names(all)).toEqual([]);
  }
});
