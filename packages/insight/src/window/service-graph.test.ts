import { expect, test } from 'vitest';
import { sketch } from '../../test/sketch.ts';
import type { Span } from '../model/span.ts';
import { assembleTrace } from '../trace/assemble-trace.ts';
import { breakdown } from './breakdown.ts';
import { serviceGraph } from './service-graph.ts';
import { WindowProfile } from './window-profile.ts';

const window = { from: 0, to: 10_000 };

function profileOf(...traces: readonly (readonly Span[])[]): WindowProfile {
  const profile = new WindowProfile(window);
  for (const spans of traces) profile.add(assembleTrace(spans));
  return profile;
}

/** An order at a shop, whose stock is asked twice; payments in two versions, each an instance. */
const order = sketch(
  `
  gateway: POST /orders server 0..100
    gateway: POST client 10..90
      orders@o1#1.0: POST /orders server 15..85
        orders@o1#1.0: SELECT client 20..25 -> orders-db
        orders@o1#1.0: GET client 25..35
          stock@s1: GET /stock server 26..34
        orders@o1#1.0: GET client 35..40
          stock@s1: GET /stock server 36..39
        orders@o1#1.0: POST client 40..80
          payments@p1#2.0: POST /charge server 42..78
  `,
  'order',
).map((span) =>
  span.peer === undefined ? span : { ...span, attributes: { 'db.system.name': 'postgresql' } },
);
const refused = sketch(
  `
  gateway: POST /orders server 0..60 !
    gateway: POST client 10..50 !
      orders@o1#1.0: POST /orders server 15..45 !
        orders@o1#1.0: POST client 20..40 !
          payments@p2#2.1: POST /charge server 22..38 !
  `,
  'refused',
);
const visit = sketch('gateway: GET / server 0..5', 'visit');

const node = (profile: WindowProfile, name: string) =>
  serviceGraph(profile).nodes.find((found) => found.name === name);
const edge = (profile: WindowProfile, from: string, to: string) =>
  serviceGraph(profile).edges.find((found) => found.from === from && found.to === to);

test('services are counted by the requests that they took over, with rate, errors and durations', () => {
  const profile = profileOf(order, refused, visit);
  expect(serviceGraph(profile).nodes.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
    'gateway service',
    'orders service',
    'stock service',
    'payments service',
    'orders-db database',
  ]);
  expect(node(profile, 'gateway')!.red).toMatchObject({ count: 3, rate: 0.3, errors: 1, max: 100 });
  expect(node(profile, 'payments')).toMatchObject({
    red: { count: 2, errors: 1, errorShare: 0.5 },
    versions: ['2.0', '2.1'],
    instances: [
      { instance: 'p1', version: '2.0', red: { count: 1, errors: 0 } },
      { instance: 'p2', version: '2.1', red: { count: 1, errors: 1 } },
    ],
  });
});

test('edges are what the caller saw of its calls, and strong as the share of its requests that make them', () => {
  const profile = profileOf(order, refused, visit);
  expect(edge(profile, 'orders', 'stock')).toMatchObject({
    kind: 'call',
    strength: 0.5,
    red: { count: 2, max: 10 },
  });
  expect(edge(profile, 'gateway', 'orders')!.strength).toBeCloseTo(2 / 3);
  expect(edge(profile, 'orders', 'payments')!.red).toMatchObject({ count: 2, errors: 1, max: 40 });
  expect(edge(profile, 'orders', 'orders-db')).toMatchObject({ strength: 0.5, red: { count: 1, mean: 5 } });
});

test('reach, what hangs on whom, and whose time the critical path is', () => {
  const profile = profileOf(order, refused, visit);
  expect(node(profile, 'gateway')!.reach).toBe(1);
  expect(node(profile, 'orders')!.reach).toBeCloseTo(2 / 3);
  expect(node(profile, 'orders')).toMatchObject({
    gates: ['orders-db', 'payments', 'stock'],
    singlePointOfFailure: true,
  });
  expect(node(profile, 'payments')).toMatchObject({ gates: [], singlePointOfFailure: false });
  const shares = serviceGraph(profile).nodes.map(({ criticalShare }) => criticalShare);
  expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1);
  // 36 ms and 16 ms of its own, of 100, 60 and 5 in all.
  expect(node(profile, 'payments')!.criticalShare).toBeCloseTo(52 / 165);
  expect(node(profile, 'orders-db')!.criticalShare).toBeCloseTo(5 / 165);
});

test('a call without an answer goes to who answered such calls before', () => {
  const lost = sketch(
    `
    orders@o1: POST /orders server 0..50 !
      orders@o1: POST client 10..40 !
    `,
    'lost',
  );
  const profile = profileOf(order, lost);
  expect(edge(profile, 'orders', 'payments')!.red).toMatchObject({ count: 2, errors: 1 });
  const unknown = profileOf(lost);
  expect(serviceGraph(unknown).edges).toEqual([]);
});

test('who begins traces with calls and is never called is a client', () => {
  const profile = profileOf(
    sketch(`
    browser: GET client 0..20
      gateway: GET / server 5..15
    `),
  );
  expect(node(profile, 'browser')!.kind).toBe('client');
  expect(node(profile, 'gateway')!.kind).toBe('service');
});

test('messages are edges too: within a trace, and by a link from another, whichever comes first', () => {
  const sent = sketch('shop: send producer 0..2 -> parcels', 'sent');
  const received = sketch('post: deliver consumer 500..510', 'received').map((span) => ({
    ...span,
    links: [{ traceId: 'sent', spanId: sent[0]!.spanId }],
  }));
  for (const profile of [profileOf(sent, received), profileOf(received, sent)]) {
    expect(edge(profile, 'shop', 'post')).toMatchObject({ kind: 'message', red: { count: 1, max: 10 } });
    expect(edge(profile, 'shop', 'parcels')).toBeUndefined();
  }
  const together = profileOf(
    sketch(`
    shop: send producer 0..2
      post: deliver consumer 500..510
    `),
  );
  expect(edge(together, 'shop', 'post')).toMatchObject({ kind: 'message', red: { count: 1, max: 10 } });
});

test('where the requests of a service spend their time: in itself and with each callee', () => {
  const profile = profileOf(order, visit);
  expect(breakdown(profile, 'orders')).toEqual([
    { callee: 'payments', mean: 40, share: 40 / 70 },
    { callee: 'stock', mean: 15, share: 15 / 70 },
    { callee: undefined, mean: 10, share: 10 / 70 },
    { callee: 'orders-db', mean: 5, share: 5 / 70 },
  ]);
  expect(breakdown(profile, 'gateway')).toEqual([
    { callee: 'orders', mean: 40, share: 80 / 105 },
    { callee: undefined, mean: 12.5, share: 25 / 105 },
  ]);
  expect(breakdown(profile, 'nobody')).toEqual([]);
});

test('what goes beyond its limits is counted together', () => {
  const profile = new WindowProfile(window, { servicesMax: 2, operationsMax: 2 });
  for (let index = 0; index < 5; index++) {
    profile.add(assembleTrace(sketch(`service-${index}: op-${index} 0..1`, `t${index}`)));
  }
  expect([...profile.services.keys()]).toEqual(['service-0', 'service-1', '(others)']);
  expect(profile.operations.size).toBeLessThanOrEqual(5);
  expect(profile.services.get('(others)')!.requests.durations.count).toBe(3);
});
