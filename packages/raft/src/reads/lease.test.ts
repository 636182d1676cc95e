import { seededRandom } from '@holdfast/core';
import { expect, test } from 'vitest';
import { toSettings } from '../member/settings.ts';
import { leaseLength } from './lease.ts';

test.each([
  [0, 1_000_000],
  [10_000, 980_198],
  [500_000, 333_333],
])(
  'with clocks that drift by %i parts per million, a lease of a second lasts %i microseconds',
  (drift, length) => {
    expect(leaseLength(toSettings({ id: 'a', random: seededRandom('lease'), clockDriftMax: drift }))).toBe(
      length,
    );
    // A leader whose clock is that slow reads no longer than a follower whose clock is that fast stands by it.
    expect(length / (1 - drift / 1e6)).toBeLessThanOrEqual(1_000_000 / (1 + drift / 1e6));
  },
);
