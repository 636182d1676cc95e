import { ManualWorld, type Random, seededRandom } from '@holdfast/core';
import { describe, expect, test } from 'vitest';
import { type AdaptiveBreaker, adaptiveBreaker } from './adaptive-breaker.ts';
import { FailureBaseline } from './failure-baseline.ts';

function call(breaker: AdaptiveBreaker, failing: boolean): void {
  breaker.tryExecuteSync(() => {
    if (failing) throw new Error('no');
  });
}

/** Calls until the breaker opens, `count` at most; returns how many it took. */
function callsUntilOpen(breaker: AdaptiveBreaker, share: number, count: number, random: Random): number {
  for (let made = 0; made < count; made++) {
    if (breaker.state === 'open') return made;
    call(breaker, random.float() < share);
  }
  return count;
}

describe('an adaptive breaker', () => {
  test('opens for a fault that a fixed rate of a half does not see', () => {
    const random = seededRandom(4);
    const breaker = adaptiveBreaker({ world: new ManualWorld() });
    expect(callsUntilOpen(breaker, 0.005, 2_000, random)).toBe(2_000);
    expect(breaker.normalFailureRate).toBeLessThan(0.02);
    expect(callsUntilOpen(breaker, 0.34, 200, random)).toBeLessThan(80);
    expect(breaker.tryExecuteSync(() => 'in')).toMatchObject({
      error: { code: 'BREAKER_OPEN', context: { reason: 'failure-rate' } },
    });
  });

  test('stays closed where half of all calls fail every day, and opens when more do', () => {
    const random = seededRandom(5);
    const breaker = adaptiveBreaker({ world: new ManualWorld() });
    expect(callsUntilOpen(breaker, 0.5, 3_000, random)).toBe(3_000);
    expect(breaker.normalFailureRate).toBeCloseTo(0.5, 1);
    expect(callsUntilOpen(breaker, 0.95, 300, random)).toBeLessThan(150);
  });

  test('opens for an outage before it knows what is normal', () => {
    const breaker = adaptiveBreaker({ world: new ManualWorld() });
    expect(breaker.normalFailureRate).toBeUndefined();
    expect(callsUntilOpen(breaker, 1, 500, seededRandom(6))).toBe(100);
  });

  test('learns nothing from an outage', () => {
    const world = new ManualWorld();
    const random = seededRandom(7);
    const breaker = adaptiveBreaker({ world });
    callsUntilOpen(breaker, 0.01, 2_000, random);
    const normal = breaker.normalFailureRate!;
    callsUntilOpen(breaker, 1, 200, random);
    for (let second = 0; second < 60; second++) {
      call(breaker, true);
      world.advanceSync('1s');
    }
    expect(breaker.normalFailureRate!).toBeLessThan(normal + 0.01);
  });

  test('ignores cancelled calls, and names the option that cannot work', () => {
    const breaker = adaptiveBreaker({ world: new ManualWorld(), judgeError: () => 'ignored' });
    expect(callsUntilOpen(breaker, 1, 1_000, seededRandom(8))).toBe(1_000);
    expect(breaker.normalFailureRate).toBeUndefined();
    expect(() => adaptiveBreaker({ windowSize: 5 })).toThrow(/windowSize/);
    expect(() => adaptiveBreaker({ riseMin: -1 })).toThrow(/riseMin/);
  });
});

describe('the failure baseline', () => {
  test('hardly ever raises a false alarm, whatever share of failures is normal', () => {
    const size = 100;
    for (const share of [0.001, 0.02, 0.2, 0.5, 0.8]) {
      const random = seededRandom(`normal ${share}`);
      const baseline = new FailureBaseline(size);
      for (let made = 0; made < 10_000; made++) baseline.record(random.float() < share);
      const threshold = baseline.threshold(0);
      let alarms = 0;
      for (let window = 0; window < 5_000; window++) {
        let failures = 0;
        for (let made = 0; made < size; made++) if (random.float() < share) failures++;
        if (failures >= threshold * size) alarms++;
      }
      expect(alarms).toBeLessThanOrEqual(2);
    }
  });
});
