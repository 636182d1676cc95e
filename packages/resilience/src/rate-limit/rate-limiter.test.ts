import { Deadline, ManualWorld } from '@holdfast/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pipeline } from '../pipeline/pipeline.ts';
import { limiterAlgorithms } from './algorithm.ts';
import { rateLimiter } from './rate-limiter.ts';

const refused = (world: ManualWorld, limiter: ReturnType<typeof rateLimiter>) =>
  limiter.tryExecute(() => world.clock.now());

describe('rateLimiter', () => {
  test('refuses beyond the limit and says exactly when there is room again', async () => {
    const world = new ManualWorld();
    const limiter = rateLimiter({ limit: 3, period: '1s', world, name: 'mails' });
    for (let call = 0; call < 3; call++) expect(await limiter.execute(() => 'sent')).toBe('sent');
    const outcome = await refused(world, limiter);
    if (outcome.ok) throw new Error('it should have been refused');
    expect(outcome.error).toMatchObject({ code: 'RATE_LIMITED', retryAfter: 333.334, executed: 'no' });
    expect(outcome.error.message).toBe('mails (3 calls per 1s) is used up: try again in 333.33ms');
    await world.advance(333);
    expect((await refused(world, limiter)).ok).toBe(false);
    await world.advance('334us');
    expect((await refused(world, limiter)).ok).toBe(true);
    expect(world.pendingTimers).toBe(0);
  });

  test('works without a pipeline, several permits at a time', async () => {
    const world = new ManualWorld();
    const limiter = rateLimiter({ limit: 10, period: '1s', world });
    expect([limiter.tryAcquire(7), limiter.available]).toEqual([true, 3]);
    expect([limiter.tryAcquire(4), limiter.retryAfter(4), limiter.retryAfter(3)]).toEqual([false, 100, 0]);
    await world.advance(100);
    expect(limiter.tryAcquire(4)).toBe(true);
    expect(limiter.idle).toBe(false);
    await world.advance('1s');
    expect(limiter.idle).toBe(true);
    for (const permits of [0, -1, 1.5, Number.NaN, 11]) {
      expect(() => limiter.tryAcquire(permits)).toThrow('permits is');
    }
  });

  test('a stale clock of the turn never refuses what a fresh one grants', () => {
    const world = new ManualWorld();
    let coarse = 0;
    const { timers, random, clock } = world;
    const limiter = rateLimiter({
      limit: 1,
      period: 10,
      world: { timers, random, clock: { now: () => clock.now(), coarseNow: () => coarse, wall: () => 0 } },
    });
    expect(limiter.tryAcquire()).toBe(true);
    world.advanceSync(10);
    coarse = 1;
    expect(limiter.tryAcquire()).toBe(true);
    expect(limiter.retryAfter()).toBe(10);
  });

  test('a leaky bucket with a queue shapes a burst into an even stream', async () => {
    const world = new ManualWorld();
    const limiter = rateLimiter({ algorithm: 'leaky-bucket', limit: 10, period: '1s', maxQueue: 4, world });
    const calls = Array.from({ length: 6 }, () => refused(world, limiter));
    await world.advance('1s');
    const outcomes = await Promise.all(calls);
    expect(
      outcomes.map((outcome) => (outcome.ok ? outcome.value / 1_000 : outcome.error.retryAfter)),
    ).toEqual([0, 100, 200, 300, 400, 500]);
    expect(limiter.describe().waitMax).toBe(400_000);
    expect(world.pendingTimers).toBe(0);
  });

  test('nobody overtakes those who wait', async () => {
    const world = new ManualWorld();
    const limiter = rateLimiter({ limit: 1, period: '1s', maxQueue: 2, world });
    limiter.tryAcquire();
    const waiting = limiter.execute(() => world.clock.now());
    await world.advance(999);
    expect([limiter.tryAcquire(), limiter.available, limiter.retryAfter()]).toEqual([false, 0, 1_001]);
    await world.advance(1);
    expect(await waiting).toBe(1_000_000);
  });

  test('a call whose turn would come after its deadline is refused at once', async () => {
    const world = new ManualWorld();
    const limiter = rateLimiter({ limit: 1, period: '1s', maxQueue: 10, world });
    const call = (deadline: number) =>
      limiter.tryExecute(() => 'done', { deadline: Deadline.after(deadline, world) });
    limiter.tryAcquire();
    const inTime = call(1_500);
    const late = await call(1_500);
    expect(late).toMatchObject({ ok: false, error: { code: 'RATE_LIMITED', retryAfter: 2_000 } });
    await world.advance('1s');
    expect((await inTime).ok).toBe(true);
    expect(world.pendingTimers).toBe(0);
  });

  test('an aborted wait leaves no timer, and those behind move up', async () => {
    const world = new ManualWorld();
    const limiter = rateLimiter({ limit: 1, period: '1s', maxQueue: 3, world });
    limiter.tryAcquire();
    const first = new AbortController();
    const calls = [
      limiter.tryExecute(() => world.clock.now(), { signal: first.signal }),
      limiter.tryExecute(() => world.clock.now()),
    ];
    expect(limiter.retryAfter()).toBe(3_000);
    first.abort();
    expect(limiter.retryAfter()).toBe(2_000);
    expect(await calls[0]).toMatchObject({ ok: false, error: { code: 'ABORTED' } });
    await world.advance('1s');
    expect(await calls[1]).toEqual({ ok: true, value: 1_000_000 });
    const second = new AbortController();
    const last = limiter.tryExecute(() => 0, { signal: second.signal });
    second.abort();
    await last;
    expect([world.pendingTimers, limiter.retryAfter()]).toEqual([0, 1_000]);
  });

  test('a retry outside it waits as long as it says', async () => {
    const world = new ManualWorld();
    const { retry } = await import('../retry/retry.ts');
    const limiter = rateLimiter({ limit: 1, period: '2s', world });
    const calls = pipeline(retry({ retryRefusals: true, world }), limiter);
    limiter.tryAcquire();
    const answer = calls.execute(() => world.clock.now());
    await world.advance('3s');
    expect(await answer).toBeGreaterThanOrEqual(2_000_000);
  });

  test('reconfigured, it keeps what is used, and those who wait get their new turns', async () => {
    const world = new ManualWorld();
    const limiter = rateLimiter({ limit: 1, period: '1h', maxQueue: 3, world });
    limiter.tryAcquire();
    const calls = [1, 2].map(() => limiter.execute(() => world.clock.now() / 1_000));
    limiter.reconfigure({ period: '10s' });
    await world.advance('20s');
    expect(await Promise.all(calls)).toEqual([10_000, 20_000]);
    expect(() => limiter.reconfigure({ limit: 0 })).toThrow('limit is 0');
  });

  test.each(limiterAlgorithms)('%s: serves its queue at the very moments it foretold', async (algorithm) => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 30 }),
        fc.array(fc.nat(12), { minLength: 1, maxLength: 25 }),
        async (limit, period, gaps) => {
          const world = new ManualWorld();
          const limiter = rateLimiter({ algorithm, limit, period: `${period}us`, maxQueue: 100, world });
          const served: Promise<number>[] = [];
          const foretold: number[] = [];
          for (const gap of gaps) {
            await world.advance(`${gap}us`);
            foretold.push(world.clock.now() + Math.round(limiter.retryAfter() * 1_000));
            served.push(limiter.execute(() => world.clock.now()));
          }
          await world.advance(10);
          expect(await Promise.all(served)).toEqual(foretold);
          expect(world.pendingTimers).toBe(0);
        },
      ),
      { numRuns: 60 },
    );
  });

  test.each(limiterAlgorithms)(
    '%s: its state moves to a process with another clock and limit',
    async (algorithm) => {
      const world = new ManualWorld({ wall: 1_000_000 });
      const before = rateLimiter({ algorithm, limit: 4, period: '10s', world });
      await world.advance('1h');
      while (before.tryAcquire());
      const state = JSON.parse(JSON.stringify(before.export()));
      const elsewhere = new ManualWorld({ wall: world.clock.wall() });
      const same = rateLimiter({ algorithm, limit: 4, period: '10s', world: elsewhere });
      same.restore(state);
      await elsewhere.advance('1s');
      await world.advance('1s');
      expect(same.retryAfter()).toBe(before.retryAfter());
      const later = rateLimiter({
        algorithm,
        limit: 4,
        period: '10s',
        world: new ManualWorld({ wall: state.exportedAt + 30_000 }),
      });
      later.restore(state);
      expect(later.idle).toBe(true);
      const backwards = rateLimiter({
        algorithm,
        limit: 8,
        period: '10s',
        world: new ManualWorld({ wall: 0 }),
      });
      backwards.restore(state);
      expect(backwards.idle).toBe(false);
      expect(() => backwards.restore({ ...state, version: 2 })).toThrow('state.version is 2');
      expect(() => backwards.restore({ ...state, algorithm: 'none' })).toThrow('state.algorithm is "none"');
      expect(() => backwards.restore({ ...state, used: [-1] })).toThrow('state.used');
    },
  );
});
