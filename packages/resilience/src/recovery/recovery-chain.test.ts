import { seededRandom } from '@holdfast/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { constant, delays } from '../retry/backoff.ts';
import { RecoveryChain } from './recovery-chain.ts';
import { RestartIntensity } from './restart-intensity.ts';

const random = seededRandom(0);

test('tries each strategy as often as it may, in order, after its backoff', () => {
  const chain = new RecoveryChain([
    { strategy: 'retry', attempts: 2, backoff: delays([1, 2]), intensity: undefined },
    { strategy: 'restart', attempts: 1, backoff: constant(0), intensity: undefined },
  ]);
  for (let recovery = 0; recovery < 2; recovery++) {
    chain.begin();
    expect([1, 2, 3, 4].map(() => chain.next(0, random))).toEqual([
      { strategy: 'retry', attempt: 1, delay: 1_000 },
      { strategy: 'retry', attempt: 2, delay: 2_000 },
      { strategy: 'restart', attempt: 1, delay: 0 },
      undefined,
    ]);
  }
});

test('a strategy that was tried too often lately gives way to the next', () => {
  const chain = new RecoveryChain([
    { strategy: 'restart', attempts: 9, backoff: constant(0), intensity: new RestartIntensity(2, 100) },
    { strategy: 'degrade', attempts: 1, backoff: constant(0), intensity: undefined },
  ]);
  const strategiesAt = (...times: number[]) => times.map((now) => chain.next(now, random)?.strategy);
  chain.begin();
  expect(strategiesAt(0, 50, 60, 60)).toEqual(['restart', 'restart', 'degrade', undefined]);
  chain.begin();
  expect(strategiesAt(99, 99)).toEqual(['degrade', undefined]);
  chain.begin();
  expect(strategiesAt(100, 149, 149)).toEqual(['restart', 'degrade', undefined]);
});

test('a restart intensity holds in every window of its length, and refuses no event without need', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 50 }),
      fc.array(fc.nat(30), { maxLength: 60 }),
      (max, within, gaps) => {
        const intensity = new RestartIntensity(max, within);
        const allowed: number[] = [];
        let now = 0;
        for (const gap of gaps) {
          now += gap;
          const recent = allowed.filter((time) => now - time < within).length;
          const allows = intensity.allow(now);
          expect(allows).toBe(recent < max);
          if (allows) allowed.push(now);
        }
      },
    ),
  );
});
