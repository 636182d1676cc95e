import { constant } from '@holdfast/resilience';
import { describe, expect, test } from 'vitest';
import { saga } from '../../saga/build-saga.ts';
import { crashEverywhere } from './crash-everywhere.ts';

const noop = () => {};

describe('crashEverywhere', () => {
  test('finds nothing wrong with a saga of five steps that keeps the rules', async () => {
    const order = saga('order', { version: 1 })
      .step('reserve', { do: () => 1, undo: noop, retry: { backoff: constant('1s') } })
      .step('score', { do: async () => 2, undo: noop })
      .step('hold', { do: () => 3, undo: noop })
      .pivot('charge', { do: (c) => c.reserve + c.score + c.hold })
      .ensure('ship', { do: (c) => c.charge });
    const began = performance.now();
    const report = await crashEverywhere(order, { input: undefined });
    console.log(report, performance.now() - began);
    expect(report.crashes).toBeGreaterThan(300);
  });
});
