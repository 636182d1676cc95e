// Goal: a holder knows that its lease is lost before the store may have let it expire, whatever becomes of renewals.
// Method: a store whose answers, delays and clock speed are drawn at random, on a clock that the test moves.
import { ManualWorld, sleep } from '@holdfast/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HeldLease, type LeaseKeeping } from './held-lease.ts';

const ttl = 1_000_000;

function held(world: ManualWorld, keeping: Partial<LeaseKeeping>, askedAt = world.clock.now()): HeldLease {
  return new HeldLease({
    world,
    id: '1',
    ttl,
    askedAt,
    keeping: { renew: async () => ttl, revoke: async () => {}, ended: () => {}, ...keeping },
  });
}

test('it is renewed when a third of its time is over', async () => {
  const world = new ManualWorld();
  const renewals: number[] = [];
  const lease = held(world, {
    renew: async () => {
      renewals.push(world.clock.now());
      return ttl;
    },
  });
  lease.keep();
  await world.advance('1100ms');
  expect(renewals).toEqual([333_334, 666_668, 1_000_002]);
  lease.lose('the test is over');
  expect(world.pendingTimers).toBe(0);
});

test('its time counts from before the request, less what clocks may drift apart', () => {
  const world = new ManualWorld();
  const lease = held(world, {}, 0);
  expect(lease.validUntil).toBe(Math.floor((ttl * 0.99) / 1.01));
});

test('one that was granted too late to be of use is lost at once', async () => {
  const world = new ManualWorld();
  await world.advance('1s');
  const lease = held(world, {}, 0);
  lease.keep();
  expect(lease.held).toBe(false);
  expect(world.pendingTimers).toBe(0);
});

test('a renewal that does not answer is ended when the lease is lost', async () => {
  const world = new ManualWorld();
  let given: AbortSignal | undefined;
  const lease = held(world, {
    renew: (signal) => {
      given = signal;
      return new Promise(() => {});
    },
  });
  lease.keep();
  await world.advance('500ms');
  expect(given?.aborted).toBe(false);
  await world.advance('500ms');
  expect(given?.aborted).toBe(true);
  expect(lease.lost.reason).toMatchObject({ code: 'LEASE_LOST' });
});

test('a store that has no such lease ends it', async () => {
  const world = new ManualWorld();
  const lease = held(world, { renew: async () => undefined });
  lease.keep();
  await world.advance('400ms');
  expect(lease.held).toBe(false);
});

test('the store never lets it expire while its holder believes in it', async () => {
  const step = fc.record({
    delay: fc.integer({ min: 0, max: 900_000 }),
    back: fc.integer({ min: 0, max: 900_000 }),
    fails: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 20 }),
      fc.constantFrom(0.99, 1, 1.01),
      async (steps, speed) => {
        const world = new ManualWorld();
        const remaining = [...steps];
        /** When the store lets it expire, on the true clock; its own runs faster or slower. */
        let expiresAt = ttl / speed;
        const lease = held(world, {
          renew: async (signal) => {
            const { delay, back, fails } = remaining.shift() ?? { delay: 0, back: 0, fails: true };
            await sleep(`${delay}us`, { world, signal });
            if (world.clock.now() >= expiresAt) return undefined;
            // A renewal may reach the store and its answer still be lost.
            expiresAt = world.clock.now() + ttl / speed;
            await sleep(`${back}us`, { world, signal });
            if (fails) throw new Error('lost');
            return ttl;
          },
        });
        lease.keep();
        for (let turn = 0; turn < 400 && lease.held; turn++) {
          expect(world.clock.now()).toBeLessThan(expiresAt);
          await world.advance('25ms');
        }
        expect(lease.held).toBe(false);
        await world.runAll();
        expect(world.pendingTimers).toBe(0);
      },
    ),
    { numRuns: 100 },
  );
});
