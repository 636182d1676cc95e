import { coreErrors, ManualWorld } from '@holdfast/core';
import { beforeEach, describe, expect, test } from 'vitest';
import { writeExposition } from '../exposition/write-exposition.ts';
import { MetricRegistry } from '../metrics/metric-registry.ts';
import { type ObjectiveBurningEvent, objectiveBurning } from './service-level-objective.ts';
import { ServiceLevels } from './service-levels.ts';

let world: ManualWorld;
let registry: MetricRegistry;
let levels: ServiceLevels;

beforeEach(() => {
  world = new ManualWorld();
  registry = new MetricRegistry({ world });
  levels = new ServiceLevels({ registry, world });
});

describe('ServiceLevels', () => {
  test('an operation is good when it succeeds in time; what its caller gave up does not count', () => {
    const checkout = levels.define({
      name: 'checkout',
      target: 0.9,
      operations: ['charge', 'order'],
      within: '300ms',
    });
    levels.operationEnded('charge', 300_000, undefined);
    levels.operationEnded('order', 300_001, undefined);
    levels.operationEnded('order', 10, new Error('no'));
    levels.operationEnded('order', 10, coreErrors.create('ABORTED', { message: 'gone' }));
    levels.operationEnded('browse', 10, new Error('no'));
    expect(checkout.status().total).toEqual({ good: 1, bad: 2 });
  });

  test('tells what is attained and what is left of the error budget', async () => {
    const objective = levels.define({ name: 'checkout', target: 0.9, period: '30d' });
    expect(objective.status()).toMatchObject({ attained: undefined, budgetRemaining: 1 });
    objective.record(true, 95);
    objective.record(false, 5);
    expect(objective.status()).toMatchObject({ good: 95, bad: 5, attained: 0.95 });
    expect(objective.status().budgetRemaining).toBeCloseTo(0.5);
    objective.record(false, 95);
    expect(objective.status().budgetRemaining).toBeLessThan(0);
    await world.advance('31d');
    expect(objective.status()).toMatchObject({ good: 0, bad: 0, budgetRemaining: 1 });
    expect(objective.status().total).toEqual({ good: 95, bad: 100 });
    expect(() => objective.record(true, -1)).toThrow('events is -1, but must be a number from zero');
  });

  test('pages while the budget burns fast, in a long and a short window, and stops soon after', async () => {
    const objective = levels.define({ name: 'checkout', target: 0.999 });
    const heard: ObjectiveBurningEvent[] = [];
    const unsubscribe = objectiveBurning.subscribe((event) => heard.push(event));
    const minutes = async (count: number, badShare: number) => {
      for (let minute = 0; minute < count; minute += 1) {
        await world.advance('1m');
        if (badShare > 0) objective.record(false, 1_000 * badShare);
        if (badShare < 1) objective.record(true, 1_000 * (1 - badShare));
      }
    };
    const pages = () => heard.filter(({ severity }) => severity === 'page');
    await minutes(24 * 60, 0);
    await minutes(1, 1);
    // A minute of failure, and all is well again: as much as 16 times the rate over the hour.
    expect(pages()).toMatchObject([{ longWindow: 3_600_000, burning: true }]);
    await minutes(6, 0);
    expect(pages()).toHaveLength(2);
    expect(pages()[1]).toMatchObject({ burning: false });
    heard.length = 0;
    await minutes(120, 0.005);
    expect(heard.map(({ burning, severity }) => [severity, burning])).toEqual([['ticket', true]]);
    unsubscribe();
  });

  test('a few bad calls in a quiet night alarm nobody', async () => {
    const objective = levels.define({ name: 'checkout', target: 0.999 });
    for (let hour = 0; hour < 8; hour += 1) {
      await world.advance('1h');
      objective.record(false);
    }
    expect(objective.status().alerts.some(({ burning }) => burning)).toBe(false);
    objective.record(false, 9);
    expect(objective.status().alerts.filter(({ burning }) => burning).length).toBeGreaterThan(0);
  });

  test('rates that alarm are such as use up their share of the budget, over any period', () => {
    const rates = (period: '30d' | '7d' | '6h') =>
      levels
        .define({ name: period, target: 0.99, period })
        .status()
        .alerts.map(({ threshold }) => Number(threshold.toFixed(2)));
    expect([rates('30d'), rates('7d'), rates('6h')]).toEqual([
      [14.4, 6, 1],
      [3.36, 1.4, 0.23],
      [0.12, 0.05],
    ]);
  });

  test('shows itself as metrics', () => {
    const objective = levels.define({
      name: 'checkout',
      target: 0.5,
      alerts: [{ severity: 'page', long: '1h', short: '5m', budget: 1 / 720 }],
    });
    objective.record(false, 30);
    objective.record(true, 10);
    const lines = writeExposition(registry).split('\n');
    expect(lines.filter((line) => line.startsWith('holdfast'))).toEqual([
      'holdfast_slo_budget_remaining_ratio{holdfast_slo_name="checkout"} -0.5',
      'holdfast_slo_burn_rate{holdfast_slo_name="checkout",holdfast_slo_window="5m"} 1.5',
      'holdfast_slo_burn_rate{holdfast_slo_name="checkout",holdfast_slo_window="60m"} 1.5',
      'holdfast_slo_burning{holdfast_slo_name="checkout",holdfast_slo_severity="page"} 1',
      'holdfast_slo_events_total{holdfast_slo_name="checkout",holdfast_slo_outcome="good"} 10',
      'holdfast_slo_events_total{holdfast_slo_name="checkout",holdfast_slo_outcome="bad"} 30',
      'holdfast_slo_target_ratio{holdfast_slo_name="checkout"} 0.5',
    ]);
  });

  test.each([
    [{ name: '', target: 0.9 }, 'name is ""'],
    [{ name: 'a', target: 1 }, 'target is 1, but must be a share above 0 and below 1'],
    [{ name: 'taken', target: 0.9 }, 'name is "taken", but must be the name of no other objective here'],
    [{ name: 'a', target: 0.9, minimumEvents: 0 }, 'minimumEvents is 0'],
    [
      { name: 'a', target: 0.9, alerts: [{ severity: 'page', long: '1h', short: '2h', budget: 0.1 }] },
      'alerts[0].short is "2h", but must be at most the long window',
    ],
    [
      { name: 'a', target: 0.9, alerts: [{ severity: 'page', long: '60d', short: '2h', budget: 0.1 }] },
      'alerts[0].long is "60d", but must be at most the period',
    ],
    [
      { name: 'a', target: 0.9, alerts: [{ severity: 'page', long: '1h', short: '1m', budget: 2 }] },
      'alerts[0].budget is 2',
    ],
  ] as const)('refuses %j at the door', (options, message) => {
    levels.define({ name: 'taken', target: 0.9 });
    expect(() => levels.define(options)).toThrow(message);
  });
});
