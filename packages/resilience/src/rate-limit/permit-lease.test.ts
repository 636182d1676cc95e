import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PermitLease } from './permit-lease.ts';

describe('PermitLease', () => {
  test('grows while it is used up early, and shrinks when it ends unused', () => {
    const lease = new PermitLease(8, 1_000);
    const wanted: number[] = [];
    for (let round = 0; round < 5; round++) {
      wanted.push(lease.wanted);
      lease.grant(lease.wanted, round, 0);
      while (lease.use(round));
    }
    expect(wanted).toEqual([1, 2, 4, 8, 8]);
    lease.grant(8, 10, 0);
    expect([lease.end(), lease.wanted]).toEqual([8, 4]);
  });

  test('lives exactly as long as it says', () => {
    const lease = new PermitLease(8, 1_000);
    lease.grant(8, 5, 0);
    expect([lease.expiresAt, lease.use(1_004), lease.use(1_005), lease.left]).toEqual([
      1_005,
      true,
      false,
      7,
    ]);
  });

  test('no permit is used after its time, nor more than were granted', () => {
    const step = fc.record({ gap: fc.nat(600), grant: fc.nat(5), uses: fc.nat(6) });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const lease = new PermitLease(16, 1_000);
        const grants: { at: number; permits: number }[] = [];
        let now = 0;
        let granted = 0;
        let gone = 0;
        for (const { gap, grant, uses } of steps) {
          now += gap;
          if (grant > 0) {
            if (now >= lease.expiresAt) gone += lease.end();
            lease.grant(grant, now, 0);
            grants.push({ at: now, permits: grant });
            granted += grant;
          }
          for (let use = 0; use < uses; use++) {
            if (!lease.use(now)) continue;
            gone++;
            // First in, first out: the permits gone so far are the oldest ones.
            let older = 0;
            const source = grants.find(({ permits }) => {
              older += permits;
              return older >= gone;
            })!;
            expect(now - source.at).toBeLessThan(1_000);
          }
          expect(granted - gone).toBe(lease.left);
        }
      }),
    );
  });
});
