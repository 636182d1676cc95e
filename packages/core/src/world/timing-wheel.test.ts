import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TimerProbe } from '../../test/timer-probe.ts';
import { uncaughtErrors } from '../../test/uncaught-errors.ts';
import { isHoldfastError } from '../errors/error.ts';
import { TimingWheel } from './timing-wheel.ts';

const hundredYears = 36_525 * 86_400_000_000;

/** What a wheel promises, done with a sorted list. */
class SortedList {
  now = 0;
  #armed: { id: number; due: number; order: number }[] = [];
  #order = 0;

  get size(): number {
    return this.#armed.length;
  }

  arm(id: number, due: number): void {
    this.disarm(id);
    this.#armed.push({ id, due: Math.max(due, this.now), order: this.#order++ });
    this.#armed.sort((a, b) => a.due - b.due || a.order - b.order);
  }

  disarm(id: number): void {
    this.#armed = this.#armed.filter((timer) => timer.id !== id);
  }

  nextDue(): number {
    return this.#armed[0]?.due ?? Number.POSITIVE_INFINITY;
  }

  /** The timer at `index` among the first of one instant by `limit`. */
  take(limit: number, index: number): number | undefined {
    const due = this.nextDue();
    this.now = Math.max(this.now, Math.min(due, limit));
    if (due > limit) return undefined;
    const { id } = this.#armed[Math.min(index, this.countAt(due) - 1)]!;
    this.disarm(id);
    return id;
  }

  countAt(due: number): number {
    return this.#armed.filter((timer) => timer.due === due).length;
  }

  advance(now: number): number[] {
    this.now = Math.max(this.now, now);
    const due = this.#armed.filter((timer) => timer.due <= now).map((timer) => timer.id);
    this.#armed = this.#armed.filter((timer) => timer.due > now);
    return due;
  }
}

const span = fc.oneof(
  fc.integer({ min: -50, max: 100 }),
  fc.integer({ min: 0, max: 100_000 }),
  fc.integer({ min: 0, max: 10_000_000_000 }),
  fc.integer({ min: 0, max: hundredYears }),
);
const timerCount = 12;
const step = fc.oneof(
  fc.record({ kind: fc.constant('arm' as const), id: fc.nat(timerCount - 1), span }),
  fc.record({ kind: fc.constant('disarm' as const), id: fc.nat(timerCount - 1) }),
  fc.record({ kind: fc.constant('advance' as const), span }),
  fc.record({ kind: fc.constant('advance to next' as const) }),
  fc.record({ kind: fc.constant('take' as const), span, index: fc.nat(3), choosing: fc.boolean() }),
);

describe('TimingWheel', () => {
  test('does what a sorted list does, for every sequence of arming, disarming and advancing', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: hundredYears }),
        fc.array(step, { maxLength: 60 }),
        (start, steps) => {
          const wheel = new TimingWheel(start);
          const model = new SortedList();
          model.now = start;
          let fired: number[] = [];
          const at = (span: number) => Math.min(model.now + span, Number.MAX_SAFE_INTEGER);
          const timers = Array.from({ length: timerCount }, (_, id) => new TimerProbe(() => fired.push(id)));
          for (const action of steps) {
            if (action.kind === 'arm') {
              wheel.arm(timers[action.id]!, at(action.span));
              model.arm(action.id, at(action.span));
            } else if (action.kind === 'disarm') {
              wheel.disarm(timers[action.id]!);
              model.disarm(action.id);
            } else if (action.kind === 'take') {
              const limit = at(action.span);
              const due = model.nextDue();
              const choose = (count: number) => {
                expect(count).toBe(model.countAt(due));
                return Math.min(action.index, count - 1);
              };
              const taken = wheel.takeNext(limit, action.choosing ? choose : undefined);
              const id = model.take(limit, action.choosing ? action.index : 0);
              expect(taken).toBe(id === undefined ? undefined : timers[id]);
              expect(taken?.armed ?? false).toBe(false);
              expect(wheel.now).toBe(model.now);
            } else {
              const next = model.nextDue();
              const now =
                action.kind === 'advance' ? at(action.span) : Number.isFinite(next) ? next : model.now;
              fired = [];
              wheel.advance(now);
              expect(fired).toEqual(model.advance(now));
            }
            expect(wheel.size).toBe(model.size);
            expect(wheel.nextDue()).toBe(model.nextDue());
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  test('fires timers of one instant in the order of arming, wherever they waited before', () => {
    const wheel = new TimingWheel();
    const fired: string[] = [];
    const probe = (name: string) => new TimerProbe(() => fired.push(name));
    wheel.arm(probe('armed from far'), 5_000_000);
    wheel.advance(4_999_000);
    wheel.arm(probe('armed from near'), 5_000_000);
    wheel.advance(4_999_999);
    expect(fired).toEqual([]);
    wheel.advance(5_000_000);
    expect(fired).toEqual(['armed from far', 'armed from near']);
  });

  test('a firing timer may disarm and move others of its batch', () => {
    const wheel = new TimingWheel();
    const fired: string[] = [];
    const disarmed = new TimerProbe(() => fired.push('disarmed'));
    const moved = new TimerProbe(() => fired.push('moved'));
    const last = new TimerProbe(() => fired.push('last'));
    const first = new TimerProbe(() => {
      fired.push('first');
      wheel.disarm(disarmed);
      wheel.arm(moved, 20);
    });
    for (const timer of [first, disarmed, moved, last]) wheel.arm(timer, 10);
    wheel.advance(10);
    expect(fired).toEqual(['first', 'last']);
    expect(wheel.nextDue()).toBe(20);
    wheel.advance(20);
    expect(fired).toEqual(['first', 'last', 'moved']);
    expect(wheel.size).toBe(0);
  });

  test('a timer that arms itself for now fires again at the next advance, not for ever', () => {
    const wheel = new TimingWheel();
    let fired = 0;
    const timer = new TimerProbe((self) => {
      fired++;
      wheel.arm(self, 10);
    });
    wheel.arm(timer, 10);
    wheel.advance(10);
    expect(fired).toBe(1);
    expect(wheel.nextDue()).toBe(10);
    wheel.advance(10);
    expect(fired).toBe(2);
  });

  test('a timer is disarmed and unlinked when it fires or is disarmed', () => {
    const wheel = new TimingWheel();
    const timer = new TimerProbe(() => {});
    const neighbour = new TimerProbe(() => {});
    for (const release of [() => wheel.disarm(timer), () => wheel.advance(10)]) {
      wheel.arm(timer, 10);
      wheel.arm(neighbour, 10);
      expect(timer.armed).toBe(true);
      release();
      expect(timer).toMatchObject({ armed: false, previous: undefined, next: undefined });
    }
    wheel.disarm(timer);
    expect(wheel.size).toBe(0);
  });

  test('takeNext stops at the instant of the timer that it takes, without firing it', () => {
    const wheel = new TimingWheel();
    let fired = 0;
    const [near, far] = [new TimerProbe(() => fired++), new TimerProbe(() => fired++)];
    wheel.arm(near, 10);
    wheel.arm(far, 2_000_000);
    expect(wheel.takeNext(3_000_000)).toBe(near);
    expect([wheel.now, wheel.size, near.armed, fired]).toEqual([10, 1, false, 0]);
    expect(wheel.takeNext(1_999_999)).toBeUndefined();
    expect(wheel.now).toBe(1_999_999);
    expect(wheel.takeNext(2_000_000)).toBe(far);
    expect([wheel.now, wheel.size, fired]).toEqual([2_000_000, 0, 0]);
  });

  test('takeNext lets its caller choose among the first 64 of one instant, late ones too', () => {
    const wheel = new TimingWheel();
    const timers = Array.from({ length: 70 }, () => new TimerProbe(() => {}));
    for (const timer of timers) wheel.arm(timer, 10);
    let offered = 0;
    const last = (count: number) => {
      offered = count;
      return count - 1;
    };
    expect(wheel.takeNext(10, last)).toBe(timers[63]);
    expect(offered).toBe(64);
    for (const timer of timers.slice(2, 70)) wheel.disarm(timer);
    const late = new TimerProbe(() => {});
    wheel.arm(late, 10);
    expect(wheel.takeNext(10, last)).toBe(late);
    expect(wheel.takeNext(10, last)).toBe(timers[1]);
    expect(wheel.takeNext(10, last)).toBe(timers[0]);
    expect(offered).toBe(2);
  });

  test('a timer that throws stops none of the others, and its error becomes uncaught', async () => {
    const defect = new Error('defect in a timer');
    let fired = 0;
    const uncaught = await uncaughtErrors(() => {
      const wheel = new TimingWheel();
      const throwing = new TimerProbe(() => {
        throw defect;
      });
      wheel.arm(throwing, 10);
      wheel.arm(new TimerProbe(() => fired++), 10);
      wheel.advance(10);
    });
    expect(fired).toBe(1);
    expect(uncaught).toEqual([defect]);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('refuses to arm for %d', (due) => {
    const wheel = new TimingWheel();
    const timer = new TimerProbe(() => {});
    let error: unknown;
    try {
      wheel.arm(timer, due);
    } catch (thrown) {
      error = thrown;
    }
    expect(isHoldfastError(error) && error.code).toBe('INVALID_ARGUMENT');
    expect(timer.armed).toBe(false);
  });
});
