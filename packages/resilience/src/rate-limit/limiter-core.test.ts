import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type LimiterAlgorithm, limiterAlgorithms, limiterCore, rateLimitOf } from './algorithm.ts';
import type { LimiterCore, RateLimit } from './limiter-core.ts';

// Goal: every core decides exactly as the definition of its algorithm says. Method: each definition is written down
// once more, over the whole history of grants, in unbounded integers and fractions and as slowly as it likes, and
// both are driven through the same random schedules. How long to wait is not calculated there but searched for.

interface Model {
  /** Whether `permits` may be granted at `now`. Changes nothing. */
  allows(now: bigint, permits: bigint): boolean;
  take(now: bigint, permits: bigint): void;
  reconfigure(now: bigint, rate: RateLimit): void;
  /** Somebody asked at `now`, whatever the answer. */
  asked?(now: bigint): void;
}

class Fraction {
  readonly top: bigint;
  readonly bottom: bigint;
  constructor(top: bigint, bottom = 1n) {
    this.top = top;
    this.bottom = bottom;
  }
  plus(other: Fraction): Fraction {
    return new Fraction(this.top * other.bottom + other.top * this.bottom, this.bottom * other.bottom);
  }
  atMost(other: Fraction): boolean {
    return this.top * other.bottom <= other.top * this.bottom;
  }
  max(other: Fraction): Fraction {
    return this.atMost(other) ? other : this;
  }
}

const zero = new Fraction(0n);

/** Every stretch of time, from any grant until now, may hold no more than the burst and what the rate adds to it. */
class EnvelopeModel implements Model {
  private grants: { time: bigint; permits: Fraction }[] = [];
  private rate: RateLimit;
  private readonly standsStill: boolean;

  constructor(rate: RateLimit, standsStill: boolean) {
    this.rate = rate;
    this.standsStill = standsStill;
  }
  allows(now: bigint, permits: bigint): boolean {
    return this.used(now)
      .plus(new Fraction(permits))
      .atMost(new Fraction(BigInt(this.rate.burst)));
  }
  take(now: bigint, permits: bigint): void {
    this.grants.push({ time: this.effective(now), permits: new Fraction(permits) });
  }
  reconfigure(now: bigint, rate: RateLimit): void {
    const used = this.used(now);
    let common = BigInt(rate.period);
    for (let other = BigInt(rate.limit); other > 0n; ) [common, other] = [other, common % other];
    const unit = BigInt(rate.period) / common;
    const units = (used.top * unit + used.bottom - 1n) / used.bottom;
    const full = BigInt(rate.burst) * unit;
    this.grants = [{ time: now, permits: new Fraction(units < full ? units : full, unit) }];
    this.rate = rate;
  }
  private used(now: bigint): Fraction {
    const at = this.effective(now);
    const { limit, period } = this.rate;
    let sum = zero;
    let used = zero;
    for (const grant of this.grants.toReversed()) {
      sum = sum.plus(grant.permits);
      used = used.max(sum.plus(new Fraction((grant.time - at) * BigInt(limit), BigInt(period))));
    }
    return used;
  }
  private effective(now: bigint): bigint {
    const last = this.grants.at(-1)?.time;
    return this.standsStill && last !== undefined && last > now ? last : now;
  }
}

class FixedWindowModel implements Model {
  private window: { start: bigint; used: bigint } | undefined;
  private rate: RateLimit;
  constructor(rate: RateLimit) {
    this.rate = rate;
  }
  allows(now: bigint, permits: bigint): boolean {
    return (this.current(now)?.used ?? 0n) + permits <= BigInt(this.rate.limit);
  }
  take(now: bigint, permits: bigint): void {
    this.window = { start: this.current(now)?.start ?? now, used: (this.current(now)?.used ?? 0n) + permits };
  }
  reconfigure(now: bigint, rate: RateLimit): void {
    this.window = this.current(now);
    this.rate = rate;
  }
  private current(now: bigint): { start: bigint; used: bigint } | undefined {
    return this.window !== undefined && now - this.window.start < BigInt(this.rate.period)
      ? this.window
      : undefined;
  }
}

class SlidingWindowModel implements Model {
  private anchor = 0n;
  private latest = 0n;
  private grants: { time: bigint; permits: bigint }[] = [];
  private rate: RateLimit;
  constructor(rate: RateLimit) {
    this.rate = rate;
  }
  allows(now: bigint, permits: bigint): boolean {
    const { previous, current, start } = this.windows(now);
    const period = BigInt(this.rate.period);
    const elapsed = now > start ? now - start : 0n;
    return new Fraction(previous * (period - elapsed), period)
      .plus(new Fraction(current + permits))
      .atMost(new Fraction(BigInt(this.rate.limit)));
  }
  take(now: bigint, permits: bigint): void {
    const { previous, current, start } = this.windows(now);
    if (previous + current === 0n) {
      this.anchor = now;
      this.grants = [];
    }
    this.grants.push({ time: previous + current > 0n && start > now ? start : now, permits });
  }
  reconfigure(now: bigint, rate: RateLimit): void {
    const { previous, current, start } = this.windows(now);
    this.anchor = start;
    this.grants = [
      { time: start - 1n, permits: previous },
      { time: start, permits: current },
    ];
    this.rate = rate;
  }
  /** A window that has begun does not end because the clock went back. */
  asked(now: bigint): void {
    if (now > this.latest) this.latest = now;
  }
  private windows(now: bigint): { previous: bigint; current: bigint; start: bigint } {
    const period = BigInt(this.rate.period);
    const reached = this.latest > now ? this.latest : now;
    const start = this.anchor + ((reached - this.anchor) / period) * period;
    const within = (from: bigint): bigint =>
      this.grants
        .filter(({ time }) => time >= from && time < from + period)
        .reduce((sum, { permits }) => sum + permits, 0n);
    return { previous: within(start - period), current: within(start), start };
  }
}

class SlidingLogModel implements Model {
  private times: bigint[] = [];
  private rate: RateLimit;
  constructor(rate: RateLimit) {
    this.rate = rate;
  }
  allows(now: bigint, permits: bigint): boolean {
    const counting = this.times.filter((time) => time > now - BigInt(this.rate.period)).length;
    return BigInt(counting) + permits <= BigInt(this.rate.limit);
  }
  take(now: bigint, permits: bigint): void {
    const newest = this.times.at(-1) ?? now;
    for (let n = 0n; n < permits; n++) this.times.push(now > newest ? now : newest);
  }
  reconfigure(now: bigint, rate: RateLimit): void {
    this.times = this.times.filter((time) => time > now - BigInt(this.rate.period)).slice(-rate.limit);
    this.rate = rate;
  }
}

const models: { readonly [A in LimiterAlgorithm]: (rate: RateLimit) => Model } = {
  'token-bucket': (rate) => new EnvelopeModel(rate, true),
  'leaky-bucket': (rate) => new EnvelopeModel(rate, true),
  gcra: (rate) => new EnvelopeModel(rate, false),
  'fixed-window': (rate) => new FixedWindowModel(rate),
  'sliding-window': (rate) => new SlidingWindowModel(rate),
  'sliding-log': (rate) => new SlidingLogModel(rate),
};

/** The shortest wait after which the model allows it. */
function searchWait(model: Model, now: bigint, permits: bigint): bigint {
  if (model.allows(now, permits)) return 0n;
  let high = 1n;
  while (!model.allows(now + high, permits)) high *= 2n;
  let low = high / 2n;
  while (low + 1n < high) {
    const middle = (low + high) / 2n;
    if (model.allows(now + middle, permits)) high = middle;
    else low = middle;
  }
  return high;
}

type Step =
  | { readonly do: 'acquire'; readonly permits: number }
  | { readonly do: 'advance' | 'back'; readonly by: number }
  | { readonly do: 'wait' }
  | { readonly do: 'reconfigure'; readonly rate: RateLimit }
  | { readonly do: 'move' };

const rates: fc.Arbitrary<RateLimit> = fc
  .oneof(
    fc.record({ limit: fc.integer({ min: 1, max: 12 }), period: fc.integer({ min: 1, max: 60 }) }),
    fc.record({
      limit: fc.integer({ min: 1, max: 40 }),
      period: fc.constantFrom(1_000_000, 999_983, 60_000_000, 86_400_000_000),
    }),
  )
  .chain((rate) =>
    fc.record({
      limit: fc.constant(rate.limit),
      period: fc.constant(rate.period),
      burst: fc.integer({ min: 1, max: 40 }),
    }),
  );

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({ do: fc.constant('acquire' as const), permits: fc.integer({ min: 1, max: 14 }) }),
    },
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constant('advance' as const),
        by: fc.oneof(
          fc.integer({ min: 0, max: 40 }),
          fc.integer({ min: 0, max: 2_000_000 }),
          fc.constant(2 ** 45),
        ),
      }),
    },
    { weight: 4, arbitrary: fc.constant({ do: 'wait' as const }) },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('back' as const), by: fc.integer({ min: 1, max: 50 }) }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('reconfigure' as const), rate: rates }) },
    { weight: 1, arbitrary: fc.constant({ do: 'move' as const }) },
  ),
  { minLength: 1, maxLength: 50 },
);

describe.each(limiterAlgorithms)('%s', (algorithm) => {
  test('decides, and says how long to wait, exactly as its definition', () => {
    fc.assert(
      fc.property(rates, steps, fc.nat(10 ** 9), (rate, schedule, origin) => {
        let core = limiterCore(algorithm, rate, 2);
        let settings = rate;
        const model = models[algorithm](rate);
        // The two may live on different clocks: `move` takes the core to another process.
        let now = origin;
        let offset = 0;
        let latest = now;
        // What is saved or converted is so as of that moment: the clock does not go back behind it.
        let earliest = origin;
        let wait = 0;
        for (const step of schedule) {
          switch (step.do) {
            case 'acquire': {
              const permits = Math.min(step.permits, core.capacity);
              model.asked?.(BigInt(now));
              const expected = searchWait(model, BigInt(now), BigInt(permits));
              expect(core.wait(1, now + offset, permits)).toBe(Number(expected));
              wait = core.tryAcquire(1, now + offset, permits);
              expect(wait).toBe(Number(expected));
              if (wait === 0) model.take(BigInt(now), BigInt(permits));
              const available = core.available(1, now + offset);
              if (available > 0) expect(model.allows(BigInt(now), BigInt(available))).toBe(true);
              if (available < core.capacity)
                expect(model.allows(BigInt(now), BigInt(available + 1))).toBe(false);
              break;
            }
            case 'advance':
              now += step.by;
              break;
            case 'wait':
              now += wait;
              break;
            case 'back':
              now = Math.max(earliest, now - step.by);
              break;
            case 'reconfigure':
              now = latest;
              earliest = now;
              core.reconfigure(now + offset, step.rate);
              model.reconfigure(BigInt(now), step.rate);
              settings = step.rate;
              break;
            case 'move': {
              now = latest;
              earliest = now;
              const saved: number[] = JSON.parse(JSON.stringify(core.save(1, now + offset)));
              core = limiterCore(algorithm, settings, 2);
              offset = 7_654_321 - offset;
              core.load(1, now + offset, saved);
              break;
            }
          }
          latest = Math.max(latest, now);
        }
        expect(core.available(0, now + offset)).toBe(core.capacity);
      }),
      { numRuns: 1_500 },
    );
  });

  test('a refused request leaves no trace, and asking takes nothing', () => {
    const core = limiterCore(algorithm, { limit: 3, period: 1_000, burst: 3 });
    expect(core.tryAcquire(0, 10, 3)).toBe(0);
    const before = core.save(0, 10);
    expect(core.tryAcquire(0, 10, 2)).toBeGreaterThan(0);
    expect(core.wait(0, 10, 1)).toBeGreaterThan(0);
    expect(core.save(0, 10)).toEqual(before);
  });

  test('more permits than can ever be granted is an error of the caller', () => {
    const core = limiterCore(algorithm, { limit: 3, period: 1_000, burst: 3 });
    expect(() => core.tryAcquire(0, 0, 4)).toThrow('permits is 4, but must be at most 3');
    expect(() => core.tryAcquire(0, 0, Number.MAX_SAFE_INTEGER)).toThrow('permits is');
    expect(core.available(0, 0)).toBe(3);
  });

  test('a limit that would leave exact arithmetic is refused at the door, and changes nothing later', () => {
    const tooMuch = { limit: 2 ** 40 + 1, period: 2 ** 40, burst: 2 ** 40 + 1 };
    const refused = expect.objectContaining({ code: 'INVALID_ARGUMENT' });
    if (algorithm === 'fixed-window') return; // It only counts.
    expect(() => limiterCore(algorithm, tooMuch)).toThrow(refused);
    const core = limiterCore(algorithm, { limit: 3, period: 1_000, burst: 3 });
    core.tryAcquire(0, 0, 1);
    expect(() => core.reconfigure(0, tooMuch)).toThrow(refused);
    expect(core.available(0, 0)).toBe(2);
  });

  test('refuses saved numbers that it cannot have saved', () => {
    const core = limiterCore(algorithm, { limit: 3, period: 1_000, burst: 3 });
    const refused = expect.objectContaining({ code: 'INVALID_ARGUMENT' });
    for (const saved of [
      [-1],
      [0.5, 0, 0],
      [Number.NaN, 0],
      [1, 2, 3, 4],
      ['1'],
      null,
    ] as unknown as number[][]) {
      expect(() => core.load(0, 0, saved)).toThrow(refused);
    }
  });

  test('keys do not touch each other, also after making room for more', () => {
    const core = limiterCore(algorithm, { limit: 5, period: 1_000, burst: 5 }, 2);
    core.tryAcquire(0, 0, 2);
    core.tryAcquire(1, 0, 4);
    core.reserve(5);
    core.clear(4);
    core.copy(1, 2);
    expect([0, 1, 2, 4].map((slot) => core.available(slot, 0))).toEqual([3, 1, 1, 5]);
  });
});

test.each(['token-bucket', 'leaky-bucket', 'gcra', 'sliding-window'] as const)(
  '%s stays exact where its numbers are nearly as large as doubles hold',
  (algorithm) => {
    // A full bucket is 8.64e15 units; exact doubles end at 9.007e15.
    const rate: RateLimit = { limit: 99_991, period: 86_400_000_000, burst: 100_000 };
    const call = fc.tuple(fc.nat(100_000_000_000), fc.integer({ min: 1, max: 99_991 }));
    fc.assert(
      fc.property(fc.array(call, { minLength: 1, maxLength: 30 }), (calls) => {
        const core = limiterCore(algorithm, rate);
        const model = models[algorithm](rate);
        let now = 0;
        for (const [advance, permits] of calls) {
          now += advance;
          model.asked?.(BigInt(now));
          const expected = searchWait(model, BigInt(now), BigInt(permits));
          expect(core.tryAcquire(0, now, permits)).toBe(Number(expected));
          if (expected === 0n) model.take(BigInt(now), BigInt(permits));
        }
      }),
    );
  },
);

test('token bucket, leaky bucket and GCRA of the same burst are the same limiter', () => {
  fc.assert(
    fc.property(
      rates,
      fc.array(fc.tuple(fc.nat(100_000), fc.integer({ min: 1, max: 5 })), { maxLength: 60 }),
      (rate, calls) => {
        const same: LimiterCore[] = (['token-bucket', 'leaky-bucket', 'gcra'] as const).map((algorithm) =>
          limiterCore(algorithm, rate),
        );
        let now = 0;
        for (const [advance, permits] of calls) {
          now += advance;
          const asked = Math.min(permits, rate.burst);
          expect(new Set(same.map((core) => core.tryAcquire(0, now, asked))).size).toBe(1);
        }
      },
    ),
  );
});

describe('rateLimitOf', () => {
  test('buckets default to a burst of the limit, the leaky one to 1', () => {
    expect(rateLimitOf('token-bucket', { limit: 10, period: '1s' })).toEqual({
      limit: 10,
      period: 1_000_000,
      burst: 10,
    });
    expect(rateLimitOf('leaky-bucket', { limit: 10, period: '1s' }).burst).toBe(1);
  });

  test.each([
    ['limit', { limit: 0, period: '1s' }],
    ['limit', { limit: 1.5, period: '1s' }],
    ['period', { limit: 1, period: 0 }],
    ['burst', { limit: 1, period: '1s', burst: 2 }],
  ] as const)('names %s', (field, options) => {
    expect(() => rateLimitOf('sliding-log', options)).toThrow(`${field} is`);
  });
});
