import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AdaptiveLimit } from './adaptive-limit.ts';
import { AimdLimit } from './aimd-limit.ts';
import { Gradient2Limit } from './gradient2-limit.ts';
import type { LimitAlgorithm, LimitBounds, Round } from './limit-algorithm.ts';
import { LimiterCore } from './limiter-core.ts';
import { VegasLimit } from './vegas-limit.ts';

const algorithms: readonly (readonly [string, (bounds: LimitBounds) => LimitAlgorithm])[] = [
  ['adaptive', (bounds) => new AdaptiveLimit(bounds)],
  ['gradient2', (bounds) => new Gradient2Limit(bounds)],
  ['vegas', (bounds) => new VegasLimit(bounds)],
  ['aimd', (bounds) => new AimdLimit(bounds)],
];

const bounds = { initial: 20, min: 3, max: 50 };

/** A round at the limit, in which most calls are refused. */
function fullRound(limit: number, latency: number, drops = 0): Round {
  return {
    duration: 500_000,
    samples: 100,
    latency,
    drops,
    timeouts: 0,
    ended: 100 + drops,
    arrivals: 400,
    refusals: 300,
    inFlightMax: Math.floor(limit),
  };
}

/** Runs rounds of a service with `servers` servers of 20 ms, without noise. */
function settle(algorithm: LimitAlgorithm, servers: number, seconds: number, from = 0): number {
  for (let now = from; now < from + seconds * 1_000_000; now += 250_000) {
    algorithm.update(fullRound(algorithm.limit, 20_000 * Math.max(1, algorithm.limit / servers)), now);
  }
  return algorithm.limit;
}

describe.each(algorithms)('the limit %s', (_name, make) => {
  const rounds = fc.array(
    fc.record({
      latency: fc.integer({ min: 1, max: 10_000_000 }),
      drops: fc.integer({ min: 0, max: 100 }),
      refusals: fc.integer({ min: 0, max: 400 }),
      inFlightMax: fc.integer({ min: 0, max: 60 }),
    }),
  );

  test('stays within its bounds, whatever happens', () => {
    fc.assert(
      fc.property(rounds, (list) => {
        const algorithm = make(bounds);
        list.forEach((round, index) => {
          algorithm.update({ ...fullRound(20, 1), ...round, ended: 200 }, index * 300_000);
          expect(algorithm.limit).toBeGreaterThanOrEqual(bounds.min);
          expect(algorithm.limit).toBeLessThanOrEqual(bounds.max);
        });
      }),
    );
  });

  test('goes on deciding when every call fails', () => {
    const algorithm = make({ initial: 20, min: 1, max: 50 });
    const core = new LimiterCore(algorithm);
    for (let now = 0; now < 30_000_000; now += 1_000) {
      core.enter(now);
      core.enter(now);
      while (core.inFlight > core.limit - 1 && core.inFlight > 0) core.exit(now - 20_000, now, 'failure');
      expect(algorithm.limit).not.toBeNaN();
    }
    expect(algorithm.limit).toBeGreaterThanOrEqual(1);
  });

  test('never has more calls inside than its limit when it lets one in', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 99 }), { maxLength: 500 }), (steps) => {
        const core = new LimiterCore(make({ initial: 5, min: 1, max: 10 }));
        const inside: number[] = [];
        steps.forEach((step, index) => {
          const now = index * 10_000;
          if (step < 60) {
            const before = core.inFlight;
            const admitted = core.enter(now);
            expect(admitted).toBe(before < core.limit);
            if (admitted) inside.push(now);
          } else if (inside.length > 0) {
            core.exit(
              inside.shift()!,
              now,
              (['success', 'failure', 'timeout', 'cancelled'] as const)[step % 4]!,
            );
          }
          expect(core.inFlight).toBe(inside.length);
        });
      }),
    );
  });
});

test('additive increase and multiplicative decrease shrinks while every call fails', () => {
  const core = new LimiterCore(new AimdLimit(bounds));
  for (let now = 0; now < 10_000_000; now += 1_000) {
    if (core.enter(now)) core.exit(now, now + 10, 'failure');
  }
  expect(core.limit).toBe(bounds.min);
});

describe('the adaptive limit', () => {
  test('finds the best limit of a service, from below and from above', () => {
    for (const initial of [2, 20, 300]) {
      const limit = settle(new AdaptiveLimit({ initial, min: 1, max: 1_000 }), 40, 10);
      expect(limit / 40).toBeGreaterThan(0.85);
      expect(limit / 40).toBeLessThan(1.15);
    }
  });

  test('follows a quarter of the capacity, and four times of it, within 5 s', () => {
    const algorithm = new AdaptiveLimit({ initial: 40, min: 1, max: 1_000 });
    settle(algorithm, 40, 10);
    const quarter = settle(algorithm, 10, 5, 10_000_000) / 10;
    const full = settle(algorithm, 40, 5, 15_000_000) / 40;
    for (const ratio of [quarter, full]) {
      expect(ratio).toBeGreaterThan(0.85);
      expect(ratio).toBeLessThan(1.16);
    }
  });

  test('does not take a slower service for a queue', () => {
    const algorithm = new AdaptiveLimit({ initial: 16, min: 1, max: 16 });
    settle(algorithm, 100, 10);
    for (let now = 10_000_000; now < 15_000_000; now += 250_000) {
      algorithm.update(fullRound(algorithm.limit, 80_000), now);
    }
    expect(algorithm.limit).toBeGreaterThan(11);
  });

  test('does not go on refusing when that does not lower the share of failures', () => {
    const algorithm = new AdaptiveLimit({ initial: 16, min: 1, max: 16 });
    settle(algorithm, 100, 10);
    for (let now = 10_000_000; now < 15_000_000; now += 250_000) {
      algorithm.update(fullRound(algorithm.limit, 20_000, 150), now);
    }
    expect(algorithm.limit).toBeGreaterThan(11);
  });

  test('leaves the limit alone while it is not reached', () => {
    const algorithm = new AdaptiveLimit({ initial: 16, min: 1, max: 100 });
    for (let now = 0; now < 60_000_000; now += 250_000) {
      algorithm.update({ ...fullRound(2, 20_000 + (now % 7_000)), refusals: 0 }, now);
    }
    expect(algorithm.limit).toBe(16);
  });
});
