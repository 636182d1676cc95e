import {
  coreErrors,
  enterOperation,
  ManualWorld,
  type OperationObserver,
  observeOperations,
} from '@holdfast/core';
import { expect, test } from 'vitest';
import { writeExposition } from '../exposition/write-exposition.ts';
import { MetricRegistry } from '../metrics/metric-registry.ts';
import { OperationMetrics } from './operation-metrics.ts';

function samples(registry: MetricRegistry): string[] {
  return writeExposition(registry)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#') && !line.includes('le="'));
}

test('tells rate, errors and duration of operations, and those under way', async () => {
  const registry = new MetricRegistry();
  const world = new ManualWorld();
  const stop = observeOperations(new OperationMetrics({ registry, world }));
  const run = async (millis: number, error?: unknown) => {
    const scope = enterOperation('charge', {})!;
    await world.advance(millis);
    scope.exit(error);
  };
  await run(20);
  await run(30);
  await run(100, new RangeError('a card number'));
  await run(100, coreErrors.create('DEADLINE_EXCEEDED', { message: 'late' }));
  await run(100, 'text');
  enterOperation('charge', {});
  stop();
  const name = 'holdfast_operation_name="charge"';
  expect(samples(registry)).toEqual([
    `holdfast_operation_active{${name}} 1`,
    `holdfast_operation_duration_seconds_sum{${name}} 0.05`,
    `holdfast_operation_duration_seconds_count{${name}} 2`,
    `holdfast_operation_duration_seconds_sum{${name},error_type="RangeError"} 0.1`,
    `holdfast_operation_duration_seconds_count{${name},error_type="RangeError"} 1`,
    `holdfast_operation_duration_seconds_sum{${name},error_type="DEADLINE_EXCEEDED"} 0.1`,
    `holdfast_operation_duration_seconds_count{${name},error_type="DEADLINE_EXCEEDED"} 1`,
    `holdfast_operation_duration_seconds_sum{${name},error_type="_OTHER"} 0.1`,
    `holdfast_operation_duration_seconds_count{${name},error_type="_OTHER"} 1`,
  ]);
});

test('hands on to another observer, and to listeners what ended', () => {
  const heard: unknown[] = [];
  const inner: OperationObserver = {
    enter: (name) => ({
      bind: (fn) => {
        heard.push(['bind', name]);
        return fn();
      },
      set: () => {},
      event: (event) => heard.push(['event', event]),
      exit: (error) => heard.push(['exit', error]),
    }),
  };
  const listeners = [{ operationEnded: (...ended: unknown[]) => heard.push(ended) }];
  const world = new ManualWorld();
  const metrics = new OperationMetrics({ registry: new MetricRegistry(), inner, listeners, world });
  const scope = metrics.enter('charge', {});
  expect(scope.bind(() => 7)).toBe(7);
  scope.event('retry');
  scope.exit('no');
  expect(heard).toEqual([
    ['bind', 'charge'],
    ['event', 'retry'],
    ['exit', 'no'],
    ['charge', 0, 'no'],
  ]);
});

test('operations beyond the limit share one name', () => {
  const registry = new MetricRegistry();
  const metrics = new OperationMetrics({ registry, operationsMax: 1, world: new ManualWorld() });
  for (const name of ['a', 'b', 'c']) metrics.enter(name, {}).exit(undefined);
  expect(samples(registry).filter((line) => line.includes('count'))).toEqual([
    'holdfast_operation_duration_seconds_count{holdfast_operation_name="a"} 1',
    'holdfast_operation_duration_seconds_count{holdfast_operation_name="overflow"} 2',
  ]);
});
