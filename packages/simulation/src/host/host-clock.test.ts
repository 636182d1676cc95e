import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TrueClock } from '../simulation/true-clock.ts';
import { HostClock } from './host-clock.ts';

const day = 86_400_000_000;

describe('HostClock', () => {
  test('runs with true time, from an origin of its own', () => {
    const truth = new TrueClock(0);
    truth.micros = 700;
    const clock = new HostClock(truth, 5_000, 2_000_000);
    expect([clock.now(), clock.wall()]).toEqual([5_000, 2_000]);
    truth.micros += 1_500;
    expect([clock.now(), clock.coarseNow(), clock.wall()]).toEqual([6_500, 6_500, 2_001]);
  });

  test('runs faster and slower by parts per million, without a jump where the rate changes', () => {
    const truth = new TrueClock(0);
    const clock = new HostClock(truth, 0, 0);
    clock.drift(500_000);
    truth.micros = 1_001;
    expect(clock.now()).toBe(1_501);
    clock.drift(-500_000);
    expect(clock.now()).toBe(1_501);
    truth.micros = 2_001;
    expect(clock.now()).toBe(2_001);
    clock.drift(0);
    truth.micros = 3_001;
    expect(clock.now()).toBe(3_001);
    clock.drift(100);
    truth.micros += day;
    expect(clock.now()).toBe(3_001 + day + 8_640_000);
  });

  test('the true time of a host time is the first at which the clock shows it, under any drifts', () => {
    const step = fc.record({ drift: fc.integer({ min: -500_000, max: 500_000 }), passed: fc.nat(day) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 5 }), fc.nat(2 ** 40), fc.nat(day), (steps, origin, ahead) => {
        const truth = new TrueClock(0);
        const clock = new HostClock(truth, origin, 0);
        let before = clock.now();
        for (const { drift, passed } of steps) {
          clock.drift(drift);
          expect(clock.now()).toBe(before);
          truth.micros += passed;
          expect(clock.now()).toBeGreaterThanOrEqual(before);
          before = clock.now();
        }
        const due = clock.now() + ahead;
        const at = clock.trueTimeOf(due);
        truth.micros = at;
        expect(clock.now()).toBeGreaterThanOrEqual(due);
        truth.micros = at - 1;
        if (ahead > 0) expect(clock.now()).toBeLessThan(due);
      }),
    );
  });

  test('a jump moves the wall clock alone', () => {
    const clock = new HostClock(new TrueClock(0), 0, 10_000_000);
    clock.jumpWall(-4_000);
    expect([clock.now(), clock.wall()]).toEqual([0, 6_000]);
    clock.jumpWall(4_000);
    expect(clock.wall()).toBe(10_000);
  });

  test('refuses a drift beyond a half, and a jump that is no whole number', () => {
    const clock = new HostClock(new TrueClock(0), 0, 0);
    expect(() => clock.drift(500_001)).toThrow('partsPerMillion is 500001');
    expect(() => clock.drift(0.5)).toThrow('partsPerMillion is 0.5');
    expect(() => clock.jumpWall(Number.NaN)).toThrow('milliseconds is NaN');
  });
});
