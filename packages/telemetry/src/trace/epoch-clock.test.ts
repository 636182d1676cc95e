import type { Clock } from '@holdfast/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EpochClock } from './epoch-clock.ts';

/** A clock that each reading moves on a little, whose wall clock shows whole milliseconds. */
class TickingClock implements Clock {
  micros = 0;
  offset: number;
  readonly #step: number;

  constructor(offset: number, step: number) {
    this.offset = offset;
    this.#step = step;
  }

  now(): number {
    this.micros += this.#step;
    return this.micros;
  }

  coarseNow(): number {
    return this.micros;
  }

  wall(): number {
    return Math.floor((this.micros + this.offset) / 1_000);
  }
}

const epoch = 1_700_000_000_000_000;

test('knows the offset far better than the wall clock ticks', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_000_000 }), fc.integer({ min: 1, max: 20 }), (more, step) => {
      const clock = new TickingClock(epoch + more, step);
      const offset = new EpochClock(clock).offset(clock.now());
      expect(Math.abs(offset - clock.offset)).toBeLessThanOrEqual(2 * step);
    }),
  );
});

test('stays within a millisecond where nothing is ever read twice', () => {
  const clock = new TickingClock(epoch, 0);
  expect(Math.abs(new EpochClock(clock).offset(clock.now()) - epoch)).toBeLessThanOrEqual(1_000);
});

test.each([3_600_000_000, -3_600_000_000])(
  'follows a wall clock that was set by %s us, and not every reading',
  (moved) => {
    const clock = new TickingClock(epoch, 1);
    const epochClock = new EpochClock(clock);
    const before = epochClock.offset(clock.now());
    clock.offset += moved;
    expect(epochClock.offset(clock.now())).toBe(before);
    clock.micros += 1_000_000;
    expect(Math.abs(epochClock.offset(clock.now()) - clock.offset)).toBeLessThanOrEqual(1_000);
  },
);
