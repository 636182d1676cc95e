import { expect, test } from 'vitest';
import type { Filed } from './docket.ts';
import { Queues } from './queued-behind.ts';

const exhibit = (more: Partial<Filed>): Filed => ({
  accused: 'orders',
  operation: 'POST /orders',
  instance: 'o1',
  charge: 'own-time',
  caller: undefined,
  weight: 1,
  from: 0,
  to: 100,
  within: ['orders\no1'],
  missing: [],
  traceId: 't',
  recency: 1,
  ...more,
});
/** Payments holds up a request of the instance `o1` of orders. */
const holdup = (from: number, to: number): Filed =>
  exhibit({
    accused: 'payments',
    charge: 'call-time',
    caller: 'orders',
    from,
    to,
    within: ['orders\no1', 'gateway\n'],
  });

test('who waits while others of its process wait for somebody queues behind that one', () => {
  const queues = new Queues([holdup(0, 40), holdup(30, 70)]);
  expect(queues.behind(exhibit({}))).toBe('payments');
  expect(queues.behind(exhibit({ from: 10, to: 60 }))).toBe('payments');
});

test('its wait is its own where less than half of it is such, in another process, and for what a callee is accused of', () => {
  const queues = new Queues([holdup(0, 40)]);
  expect(queues.behind(exhibit({}))).toBeUndefined();
  expect(queues.behind(exhibit({ to: 40, within: ['orders\no2'] }))).toBeUndefined();
  expect(queues.behind(holdup(0, 40))).toBeUndefined();
  expect(queues.behind(exhibit({ to: 40, charge: 'own-failure' }))).toBeUndefined();
});
