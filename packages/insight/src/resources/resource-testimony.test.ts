import { expect, test } from 'vitest';
import type { ResourceMeasure, ResourceReadings } from '../model/resource-source.ts';
import { describeChange } from './describe-change.ts';
import { ResourceTestimony } from './resource-testimony.ts';

const readings = (
  service: string,
  measure: ResourceMeasure,
  levels: readonly number[],
  instance = `${service}-1`,
): ResourceReadings => ({ service, instance, measure, levels });

const requestMicros = 50_000;
const calm = [0.28, 0.3, 0.32, 0.3, 0.29, 0.31, 0.3];

/** What is said of `payments` whose levels became `now`. */
function said(measure: ResourceMeasure, before: readonly number[], now: readonly number[]) {
  const testimony = new ResourceTestimony(
    [readings('payments', measure, before)],
    [readings('payments', measure, now)],
    requestMicros,
  );
  const change = testimony.foremost('payments');
  return {
    odds: testimony.odds('payments'),
    oddsOfTime: testimony.oddsOfTime('payments'),
    text: change && describeChange(change, false),
  };
}

test('who uses far more of its CPU than before is more likely to blame, and it is said with numbers', () => {
  const { odds, oddsOfTime, text } = said('cpu', calm, [0.97, 0.99]);
  expect(text).toBe('payments uses 98% of its CPU, 30% before.');
  expect(odds).toBeGreaterThan(8);
  expect(oddsOfTime).toBe(odds);
});

test('who computes no more than usual is less likely to be what takes the time, and as likely to fail', () => {
  expect(said('cpu', calm, [0.31])).toEqual({ odds: 1, oddsOfTime: 0.5, text: undefined });
  expect(said('event-loop', [0.9, 0.9, 0.9, 0.9, 0.9], [0.9]).oddsOfTime).toBe(1);
});

test('a level within the usual ups and downs says nothing', () => {
  const restless = [0.1, 0.6, 0.2, 0.5, 0.1, 0.7, 0.3];
  expect(said('gc', restless, [0.75])).toEqual({ odds: 1, oddsOfTime: 1, text: undefined });
  expect(said('gc', calm, [0.4]).odds).toBe(1);
  expect(said('gc', calm, [0.6]).odds).toBeGreaterThan(2);
});

test('a few levels, or none now, tell nothing; nor does less of something', () => {
  expect(said('cpu', [0.1, 0.1, 0.1, 0.1], [1])).toEqual({ odds: 1, oddsOfTime: 1, text: undefined });
  expect(said('cpu', calm, [])).toEqual({ odds: 1, oddsOfTime: 1, text: undefined });
  expect(said('memory', [0.8, 0.8, 0.8, 0.8, 0.8], [0.1]).odds).toBe(1);
});

test('a delay counts as far as it is long beside a request', () => {
  const steady = [0.002, 0.003, 0.002, 0.002, 0.004];
  const [long, short] = [said('event-loop-delay', steady, [0.4]), said('event-loop-delay', steady, [0.05])];
  expect(long.text).toBe('payments gets to what is due 400 ms late, 2.0 ms before.');
  expect(long.odds).toBeGreaterThan(short.odds);
  expect(short.odds).toBeGreaterThan(1);
});

test('of many instances the one that changed most is named, and of many resources the one', () => {
  const before = ['a', 'b'].flatMap((instance) => [
    readings('stock', 'cpu', calm, instance),
    readings('stock', 'heap', calm, instance),
  ]);
  const now = [
    readings('stock', 'cpu', [0.3], 'a'),
    readings('stock', 'cpu', [0.9], 'b'),
    readings('stock', 'heap', [0.6], 'b'),
    readings('stock', 'cpu', [1], 'new'),
  ];
  const change = new ResourceTestimony(before, now, requestMicros).foremost('stock');
  expect(change && describeChange(change, true)).toBe('stock (b) uses 90% of its CPU, 30% before.');
});

test('what rises everywhere tells of nobody, and who rises beyond that stands out', () => {
  const services = ['gateway', 'orders', 'stock', 'payments'];
  const before = services.map((service) => readings(service, 'cpu-pressure', [0, 0, 0, 0, 0]));
  const odds = (levels: readonly number[]): number[] => {
    const now = services.map((service, index) => readings(service, 'cpu-pressure', [levels[index]!]));
    const testimony = new ResourceTestimony(before, now, requestMicros);
    return services.map((service) => testimony.odds(service));
  };
  expect(odds([0.6, 0.6, 0.6, 0.6])).toEqual([1, 1, 1, 1]);
  const [, orders, , payments] = odds([0.6, 0.5, 0.6, 0.9]);
  expect(orders).toBe(1);
  expect(payments).toBeGreaterThan(2);
});

test('who is not measured is neither more nor less likely to blame', () => {
  const testimony = new ResourceTestimony([], [readings('stock', 'cpu', [1])], requestMicros);
  expect([testimony.odds('stock'), testimony.oddsOfTime('bank')]).toEqual([1, 1]);
});
