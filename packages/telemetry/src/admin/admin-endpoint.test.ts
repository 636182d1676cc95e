// Goal: the endpoint shows what is there, and does nothing for whoever has not shown the token. Method: a real endpoint on
// loopback, asked by the client, and by raw requests that are not as they should be.
import { randomBytes } from 'node:crypto';
import { type IncomingMessage, request } from 'node:http';
import type { InspectedClient, InspectedCluster } from '@holdfast/cluster';
import { componentRegistry, ErrorMonitor } from '@holdfast/core';
import { circuitBreaker, pipeline, retry } from '@holdfast/resilience';
import { type Ledger, LedgerMemory, memoryEngine, openLedger, saga } from '@holdfast/transactions';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type AdminClient, type AdminSagaFilter, adminClient } from './admin-client.ts';
import { type AdminEndpoint, openAdminEndpoint } from './admin-endpoint.ts';
import { signatureOf } from './admin-signature.ts';

const token = 'a token of some length';
let endpoint: AdminEndpoint;
let client: AdminClient;
let guest: AdminClient;

beforeEach(async () => {
  endpoint = await openAdminEndpoint({ service: 'shop', instance: 'one', version: '1.2.3', token });
  client = adminClient({ url: endpoint.url, token });
  guest = adminClient({ url: endpoint.url });
});

afterEach(() => endpoint.close());

test('says who it is and what it has to tell', async () => {
  const policies = pipeline(retry());
  expect(await guest.index()).toMatchObject({
    service: 'shop',
    instance: 'one',
    version: '1.2.3',
    pid: process.pid,
    sections: expect.arrayContaining(['policies', 'profiles']),
  });
  expect(policies.name).toBe('pipeline');
});

test('shows each policy of a pipeline, in its place and with its state', async () => {
  const breaker = circuitBreaker({ name: 'petty cash', consecutiveFailures: 1 });
  const calls = pipeline(retry({ maxAttempts: 1 }), breaker);
  await calls.tryExecute(() => {
    throw new Error('no');
  });
  // Those of other tests in this process are shown as well, until they are collected.
  const rows = (await guest.policies()).filter(({ name }) => name === 'petty cash');
  expect(rows).toEqual([
    {
      pipeline: 'pipeline',
      position: 1,
      kind: 'breaker',
      name: 'petty cash',
      state: 'open',
      alarming: true,
      figures: expect.objectContaining({ calls: 1, failures: 1 }),
    },
  ]);
});

test('shows the errors of all monitors as one', async () => {
  const monitors = [new ErrorMonitor(), new ErrorMonitor()];
  const before = (await guest.errors()).count;
  for (const monitor of monitors) monitor.record(new Error('the till is empty'));
  const { count, groups } = await guest.errors();
  expect(count - before).toBe(2);
  const isOurs = ({ message }: { message: string }) => message === 'the till is empty';
  expect(groups.find(isOurs)).toMatchObject({ count: 2, samples: [] });
  expect((await client.errors()).groups.find(isOurs)!.samples).toHaveLength(2);
});

describe('sagas', () => {
  const state = { broken: true };
  const order = saga<{ card: string }>('order', { version: 1 })
    .step('reserve', { do: () => 'seat 7', undo: () => {} })
    .step('hold', {
      do: () => (state.broken ? (undefined as unknown as { id: 1 }).id : 1),
      undo: () => {},
    });
  let ledger: Ledger;

  beforeEach(async () => {
    state.broken = true;
    const engine = memoryEngine({ memory: new LedgerMemory() });
    ledger = await openLedger({ engine, definitions: [order], name: 'orders' });
    const run = await ledger.start(order, { card: '4242' }, { id: 'order/17' });
    await eventually(async () => (await run.summary()).status === 'stuck');
  });

  afterEach(() => ledger.close());

  /** Without those that other tests of this process have left. */
  async function ours(filter: AdminSagaFilter = {}) {
    return (await guest.sagas({ ...filter, limit: 1_000 })).filter((saga) => saga.ledger === 'orders');
  }

  test('are listed, filtered and shown; values only to who has the token', async () => {
    const stuck = { ledger: 'orders', id: 'order/17', type: 'saga/order', status: 'stuck', step: 'hold' };
    expect(await ours()).toMatchObject([stuck]);
    expect(await ours({ status: 'committed' })).toEqual([]);
    expect(await ours({ type: 'saga/other' })).toEqual([]);
    const seen = await guest.saga('orders', 'order/17');
    expect(seen).toMatchObject({ ...stuck, valuesWithheld: true });
    expect(JSON.stringify(seen)).not.toMatch(/4242|seat 7/);
    expect(await client.saga('orders', 'order/17')).toMatchObject({
      input: { card: '4242' },
      valuesWithheld: false,
      steps: [
        { name: 'reserve', value: 'seat 7' },
        { name: 'hold', state: 'running, stuck' },
      ],
      actions: ['retry', 'resolve', 'skip', 'cancel'],
    });
  });

  test('go on when who has the token asks them to, and only then', async () => {
    state.broken = false;
    const saga = { ledger: 'orders', id: 'order/17' };
    await expect(guest.act(saga, 'retry')).rejects.toMatchObject({ code: 'ADMIN_DENIED' });
    await client.act(saga, 'retry');
    await eventually(async () => (await ours({ status: 'committed' })).length === 1);
    await expect(client.act(saga, 'retry')).rejects.toMatchObject({ code: 'SAGA_ENDED' });
    await expect(client.act({ ...saga, id: 'other' }, 'retry')).rejects.toMatchObject({
      code: 'ADMIN_UNKNOWN',
    });
  });

  test('that do not exist, or questions that make no sense, are refused', async () => {
    await expect(guest.saga('orders', '..')).rejects.toMatchObject({ code: 'ADMIN_UNKNOWN' });
    await expect(guest.sagas({ limit: 0 })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect((await raw('/holdfast/v1/sagas?status=odd')).statusCode).toBe(400);
    expect((await raw('/holdfast/v1/sagas/%zz/1')).statusCode).toBe(400);
    expect((await raw('/holdfast/v2')).statusCode).toBe(404);
    expect((await raw('/holdfast/v1/nothing')).statusCode).toBe(404);
  });
});

test('a cluster that does not answer is left out, and does not hold the others up', async () => {
  const clusters = componentRegistry<InspectedCluster>('holdfast.clusters');
  const report = { name: 'c1', members: [], leases: [], leasesOmitted: 0, alarms: [] };
  const seen: InspectedCluster = { report: async () => report };
  const silent: InspectedCluster = { report: () => new Promise(() => {}) };
  const gone: InspectedCluster = { report: () => Promise.reject(new Error('stopped')) };
  for (const cluster of [silent, gone, seen]) clusters.add(cluster);
  expect((await guest.cluster()).filter(({ name }) => name === 'c1')).toEqual([report]);
  for (const cluster of [silent, gone, seen]) clusters.delete(cluster);
});

test('clients of clusters tell how they get there', async () => {
  const clients = componentRegistry<InspectedClient>('holdfast.cluster-clients');
  const endpoint = {
    host: '10.0.0.1',
    port: 2378,
    failures: 2,
    lastFailure: 'ENDPOINT_UNAVAILABLE',
  } as const;
  const report = { name: 'clients of its own', endpoints: [{ ...endpoint, state: 'avoided' as const }] };
  const seen: InspectedClient = { report: () => report };
  clients.add(seen);
  expect((await guest.index()).sections).toContain('clients');
  const ours = async () => (await guest.clients()).filter(({ name }) => name === report.name);
  expect(await ours()).toEqual([report]);
  clients.delete(seen);
  expect(await ours()).toEqual([]);
});

test('a request that names another host is not answered, as a rebound name would', async () => {
  for (const host of ['evil.example', 'evil.example:80', '127.0.0.1:1', '127.0.0.1']) {
    expect((await raw('/holdfast/v1', { headers: { host } })).statusCode).toBe(421);
  }
});

describe('a signed request', () => {
  /** The status of a profile asked for with a signature, of which `changed` is changed afterwards. */
  async function signed(changed: object = {}, signs: object = {}): Promise<number | undefined> {
    const host = new URL(endpoint.url).host;
    const asked = { method: 'POST', host, target: '/holdfast/v1/profiles', body: '{"kind":"odd"}' };
    const signing = {
      ...asked,
      date: Date.now(),
      nonce: `nonce-${Math.random()}`.slice(0, 22).replace('.', '-'),
      ...signs,
    };
    const sent = { ...signing, ...changed };
    const headers = {
      host: sent.host,
      authorization: `Holdfast ${signatureOf(token, signing)}`,
      'holdfast-date': sent.date,
      'holdfast-nonce': sent.nonce,
    };
    return (await raw(sent.target, { method: sent.method, headers, body: sent.body })).statusCode;
  }

  test('is let in, once', async () => {
    const nonce = 'once-and-no-more-than-once';
    // What is asked for is refused, but not the asking.
    expect(await signed({}, { nonce })).toBe(400);
    expect(await signed({}, { nonce })).toBe(401);
  });

  test('is refused when anything in it was changed, or it is old', async () => {
    expect(await signed({ body: '{"kind":"cpu"}' })).toBe(401);
    expect(await signed({ target: '/holdfast/v1/profiles?' })).toBe(401);
    expect(await signed({ nonce: 'another-nonce-than-it-was' })).toBe(401);
    expect(await signed({ date: Date.now() + 1_000 })).toBe(401);
    expect(await signed({ host: new URL(endpoint.url).host.replace('127.0.0.1', 'localhost') })).toBe(401);
    expect(await signed({}, { date: Date.now() - 60_000 })).toBe(401);
    expect(await signed({}, { nonce: 'short' })).toBe(401);
  });

  test('with another token is refused, and the token is in no answer', async () => {
    const other = adminClient({ url: endpoint.url, token: 'another token of some length' });
    const error = await other.profile({ kind: 'cpu' }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'ADMIN_DENIED' });
    expect(JSON.stringify(error)).not.toContain('token of');
  });
});

test('whatever is asked, it answers, and never with an error of its own', async () => {
  const text = fc.oneof(
    fc.string(),
    fc.constantFrom('sagas', 'orders', 'retry', 'profiles', '%2F', '..', '%', '?', 'holdfast', 'v1'),
  );
  const path = fc
    .array(text)
    .map((parts) => `/holdfast/v1/${parts.join('/')}`.replaceAll(/[^\x21-\x7e]/g, '_'));
  const body = fc.oneof(fc.string(), fc.json(), fc.constant('{"kind":"odd"}'));
  await fc.assert(
    fc.asyncProperty(fc.constantFrom('GET', 'POST'), path, body, async (method, target, content) => {
      const sent = method === 'GET' ? '' : content;
      const host = new URL(endpoint.url).host;
      const nonce = randomBytes(18).toString('base64url');
      const signing = { method, host, target, date: Date.now(), nonce, body: sent };
      const headers = {
        authorization: `Holdfast ${signatureOf(token, signing)}`,
        'holdfast-date': signing.date,
        'holdfast-nonce': nonce,
      };
      const { statusCode } = await raw(target, { method, headers, body: sent });
      expect([200, 400, 404]).toContain(statusCode);
    }),
    { numRuns: 300 },
  );
});

test('without a token it can only be looked at', async () => {
  const open = await openAdminEndpoint({ service: 'shop' });
  const asking = adminClient({ url: open.url, token });
  expect((await asking.index()).sections).not.toContain('profiles');
  await expect(asking.profile({ kind: 'cpu' })).rejects.toMatchObject({ code: 'ADMIN_LOCKED' });
  await open.close();
});

test('a body that is too large, or another method, is refused', async () => {
  expect((await raw('/holdfast/v1', { method: 'POST', body: 'x'.repeat(70_000) })).statusCode).toBe(413);
  expect((await raw('/holdfast/v1', { method: 'DELETE' })).statusCode).toBe(405);
});

test('what can not work is refused at the door', async () => {
  await expect(openAdminEndpoint({ service: '' })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  await expect(openAdminEndpoint({ service: 'a', port: 70_000 })).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
  });
  const weak = await openAdminEndpoint({ service: 'a', token: 'hunter2' }).catch((error: unknown) => error);
  expect(weak).toMatchObject({ code: 'INVALID_ARGUMENT', message: expect.not.stringContaining('hunter2') });
  for (const url of [
    'http://example.org:80',
    'https://127.0.0.1:1',
    'http://127.0.0.1',
    'http://127.0.0.1:1/x',
    'no',
  ]) {
    expect(() => adminClient({ url })).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  }
});

test('an endpoint that is gone is unreachable', async () => {
  await endpoint.close();
  await expect(client.index()).rejects.toMatchObject({ code: 'ADMIN_UNREACHABLE' });
  await expect(client.index(AbortSignal.abort())).rejects.toMatchObject({ code: 'ABORTED' });
});

interface RawRequest {
  readonly method?: string;
  readonly headers?: Record<string, string | number>;
  readonly body?: string;
}

function raw(
  path: string,
  { method = 'GET', headers = {}, body = '' }: RawRequest = {},
): Promise<IncomingMessage> {
  const { hostname: host, port } = new URL(endpoint.url);
  return new Promise((resolve, reject) => {
    const outgoing = request({ host, port, path, method, headers, agent: false }, (response) => {
      response.resume();
      resolve(response);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

async function eventually(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
}
