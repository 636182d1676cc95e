import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LeaseClock } from './lease-clock.ts';

const second = 1_000_000;
const lease = (id: bigint, ttl: number, remaining = 0) => ({ id, ttl, remaining });

describe('lease clock', () => {
  test('expires a lease when its time is over, no earlier, and hands it out once', () => {
    const clock = new LeaseClock();
    clock.promote([], 0);
    clock.granted(lease(7n, 10), 5 * second);
    expect(clock.wakeAt).toBe(15 * second);
    expect(clock.expired(15 * second - 1, 100)).toEqual([]);
    expect(clock.remaining(7n, 14.2 * second)).toBe(1);
    expect(clock.expired(15 * second, 100)).toEqual([7n]);
    expect(clock.expired(16 * second, 100)).toEqual([]);
    expect(clock.remaining(7n, 16 * second)).toBe(0);
    // What is being revoked cannot be had back.
    expect(clock.renew(7n, 16 * second).ttl).toBe(0);
    clock.notRevoked(7n, 19 * second);
    expect(clock.renew(7n, 20 * second).ttl).toBe(0);
    expect(clock.expired(20 * second, 100)).toEqual([7n]);
    clock.revoked(7n);
    expect(clock.remaining(7n, 20 * second)).toBe(-1);
    expect(clock.wakeAt).toBe(Number.POSITIVE_INFINITY);
  });

  test('gives a renewed lease its full time again, also one that was checkpointed', () => {
    const clock = new LeaseClock();
    clock.promote([lease(1n, 1000, 60), lease(2n, 50)], 0);
    expect(clock.remaining(1n, 0)).toBe(60);
    expect(clock.renew(1n, second).ttl).toBe(1000);
    expect(clock.remaining(1n, second)).toBe(1000);
    expect(clock.expired(50 * second, 100)).toEqual([2n]);
    expect(clock.renew(3n, 0).ttl).toBe(0);
  });

  test('notes from time to time what long leases have left', () => {
    const clock = new LeaseClock({ checkpointInterval: 100 * second });
    clock.promote([lease(1n, 1000), lease(2n, 90)], 0);
    expect(clock.checkpoints(99 * second, 10)).toEqual([]);
    expect(clock.checkpoints(100 * second, 10)).toEqual([{ id: 1n, remainingTtl: 900 }]);
    expect(clock.checkpoints(100 * second, 10)).toEqual([]);
    expect(clock.checkpoints(200 * second, 10)).toEqual([{ id: 1n, remainingTtl: 800 }]);
  });

  test('a note has to be taken back until that is done, and a later one is another', () => {
    const clock = new LeaseClock({ checkpointInterval: 100 * second });
    clock.promote([lease(1n, 1000, 600), lease(2n, 1000)], 0);
    const { note } = clock.renew(1n, second);
    expect(note).not.toBe(0);
    expect(clock.renew(2n, second).note).toBe(0);
    // It may have failed.
    expect(clock.renew(1n, 2 * second).note).toBe(note);
    clock.takenBack(1n, note);
    expect(clock.renew(1n, 3 * second).note).toBe(0);
    expect(clock.checkpoints(103 * second, 10)).toContainEqual({ id: 1n, remainingTtl: 900 });
    clock.takenBack(1n, note);
    expect(clock.renew(1n, 104 * second).note).toBeGreaterThan(note);
  });

  test('spreads what a promotion would have expire at once', () => {
    const clock = new LeaseClock({ expiriesPerSecond: 100 });
    clock.promote(
      Array.from({ length: 1000 }, (_, index) => lease(BigInt(index + 1), 10)),
      0,
    );
    for (let time = 10; time < 20; time++) expect(clock.expired(time * second, 1000).length).toBe(100);
    expect(clock.count).toBe(1000);
  });

  test('nothing runs once it is demoted', () => {
    const clock = new LeaseClock();
    clock.promote([lease(1n, 5)], 0);
    clock.demote();
    expect(clock.expired(10 * second, 10)).toEqual([]);
    expect(clock.remaining(1n, 0)).toBe(-1);
  });

  test('knows at any time which leases have expired, and how long the others have', () => {
    const anyStep = fc.record({
      kind: fc.constantFrom('grant' as const, 'renew' as const, 'revoke' as const, 'pass' as const),
      id: fc.bigInt({ min: 1n, max: 12n }),
      amount: fc.integer({ min: 1, max: 20 }),
    });
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 120, size: 'max' }), (steps) => {
        const clock = new LeaseClock();
        const model = new Map<bigint, { ttl: number; until: number }>();
        let now = 0;
        clock.promote([], now);
        for (const { kind, id, amount } of steps) {
          const known = model.get(id);
          if (kind === 'grant' && known === undefined) {
            clock.granted(lease(id, amount), now);
            model.set(id, { ttl: amount, until: now + amount * second });
          } else if (kind === 'renew') {
            expect(clock.renew(id, now).ttl).toBe(known?.ttl ?? 0);
            if (known !== undefined) known.until = now + known.ttl * second;
          } else if (kind === 'revoke') {
            clock.revoked(id);
            model.delete(id);
          } else if (kind === 'pass') {
            now += amount * second;
            const due = [...model].filter(([, { until }]) => until <= now).map(([one]) => one);
            expect(clock.expired(now, 100).sort()).toEqual(due.sort());
            for (const one of due) {
              clock.revoked(one);
              model.delete(one);
            }
          }
          for (const [one, { until }] of model) {
            expect(clock.remaining(one, now)).toBe(Math.ceil((until - now) / second));
          }
          const next = Math.min(...[...model.values()].map(({ until }) => until));
          expect(clock.wakeAt).toBe(next);
        }
      }),
    );
  });
});
