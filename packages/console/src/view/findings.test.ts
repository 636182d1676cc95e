import { expect, test } from 'vitest';
import type { Health } from '../api/console-api.ts';
import { findingsOf } from './findings.ts';
import type { ServiceWindow } from './service-summaries.ts';

/** Whom the page names, of services that call the next one each. */
function named(...healths: readonly (readonly [name: string, health: Health])[]): (string | undefined)[] {
  const names = healths.map(([name]) => name);
  const read = {
    flow: { edges: names.slice(1).map((to, index) => ({ from: names[index], to })) },
    summaries: new Map(
      healths.map(([name, health]) => [name, { name, health, reason: 'so', red: { p95: 1 } }]),
    ),
  } as unknown as ServiceWindow;
  return findingsOf(read, { from: 0, to: 1 }).map(({ service }) => service);
}

test('of those that call each other and are equally unwell, the last is named first', () => {
  expect(named(['gateway', 'failing'], ['orders', 'failing'], ['payments', 'failing'])[0]).toBe('payments');
  expect(named(['gateway', 'degraded'], ['orders', 'degraded'])[0]).toBe('orders');
});

test('who fails is not excused by a callee that is a little worse than usual', () => {
  expect(named(['gateway', 'failing'], ['orders', 'degraded'])).toEqual(['gateway', 'orders']);
});

test('who has recovered is told of last, and accused of nothing', () => {
  const summary = (name: string, health: Health, recovered: boolean): [string, unknown] => [
    name,
    { name, health, recovered, reason: 'so', red: { p95: 1 } },
  ];
  const read = {
    flow: { edges: [{ from: 'gateway', to: 'orders' }] },
    summaries: new Map([summary('orders', 'degraded', true), summary('gateway', 'failing', false)]),
  } as unknown as ServiceWindow;
  expect(findingsOf(read, { from: 0, to: 1 })).toMatchObject([
    { service: 'gateway', severity: 'alarm', text: 'gateway is failing: so.' },
    { service: 'orders', severity: 'note', text: 'orders has recovered: so.' },
  ]);
});
