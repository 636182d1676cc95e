import { expect, test } from 'vitest';
import type { Run } from './run.ts';
import { judgeRuns } from './verdict.ts';

function run(changes: Partial<Run>): Run {
  return {
    variant: 'holdfast',
    goodput: 100,
    goodputCompared: 100,
    p50: 10,
    p99: 100,
    presses: 1_000,
    errors: 0,
    customersLost: 0,
    attemptsPerRequest: 1,
    shed: 0,
    degraded: 0,
    recoveries: [],
    orders: {
      accepted: 1_000,
      lost: 0,
      chargedTwice: 0,
      shippedTwice: 0,
      chargedForNothing: 0,
      refundedTwice: 0,
    },
    sagas: { committed: 1_000, rolledBack: 10, resumed: 5, stuck: 0, running: 0 },
    unsettled: 0,
    cost: {
      processes: [],
      memoryMean: 0,
      memoryLargest: 0,
      cpuPerThousandOrders: null,
      consoleCpuPerThousandOrders: null,
      consoleMemoryLargest: null,
      bytesPerRequest: 0,
    },
    seen: null,
    ...changes,
  };
}
const today = run({ variant: 'today' });

test('Holdfast passes when it is as good as today’s stack and has kept every order', () => {
  expect(judgeRuns({ today, holdfast: run({}) }, 'all')).toMatchObject({
    passed: true,
    ordersSafe: true,
    keepsUp: true,
  });
});

test.each(['lost', 'chargedTwice', 'shippedTwice', 'chargedForNothing', 'refundedTwice'] as const)(
  'one order %s fails both checks',
  (fault) => {
    const holdfast = run({ orders: { ...today.orders, [fault]: 1 } });
    expect(judgeRuns({ today, holdfast }, 'orders')).toMatchObject({ passed: false, ordersSafe: false });
    expect(judgeRuns({ today, holdfast }, 'all').passed).toBe(false);
  },
);

test('orders that are stuck, or owed still when the books are audited, fail both checks, plainly', () => {
  const stuck = run({ sagas: { committed: 1_000, rolledBack: 0, resumed: 5, stuck: 2, running: 0 } });
  expect(judgeRuns({ holdfast: stuck }, 'orders')).toMatchObject({
    passed: false,
    failures: [expect.stringContaining('2 orders are stuck')],
  });
  expect(judgeRuns({ holdfast: run({ unsettled: 8 }) }, 'orders')).toMatchObject({
    passed: false,
    failures: [expect.stringContaining('owed 8 things still')],
  });
});

test.each([{ goodputCompared: 89 }, { p99: 111 }])(
  '%j, over 10 %% worse, fails only the check of all',
  (changes) => {
    const holdfast = run(changes);
    expect(judgeRuns({ today, holdfast }, 'all')).toMatchObject({
      passed: false,
      keepsUp: false,
      ordersSafe: true,
    });
    expect(judgeRuns({ today, holdfast }, 'orders').passed).toBe(true);
  },
);

test('what the other stacks lose is no failure of Holdfast', () => {
  const bare = run({ variant: 'bare', orders: { ...today.orders, lost: 500 } });
  expect(judgeRuns({ bare }, 'all')).toMatchObject({
    passed: true,
    ordersSafe: null,
    keepsUp: null,
    failures: [],
  });
});
