import { seededRandom } from '@holdfast/core';
import { expect, test } from 'vitest';
import type { RaftOptions } from './options.ts';
import { leaseLength, toSettings } from './settings.ts';

const required = { id: 'a', random: seededRandom('settings') };

test.each<[Partial<RaftOptions>, string]>([
  [{ id: '' }, 'id is "", but must be a name that is not empty'],
  [{ electionTimeout: 1 }, 'electionTimeout is 1, but must be a whole number of at least 2'],
  [
    { electionTimeout: 100, heartbeatInterval: 100 },
    'heartbeatInterval is 100, but must be a whole number from 1 to 99',
  ],
  [{ priority: 11 }, 'priority is 11, but must be a whole number from 0 to 10'],
  [{ reads: 'lease', checkQuorum: false }, 'checkQuorum is false, but must be true when reads use leases'],
  [{ clockDriftMax: 1_000_000 }, 'clockDriftMax is 1000000, but must be a whole number from 0 to 999999'],
  [{ appendBytesMax: 0.5 }, 'appendBytesMax is 0.5, but must be a whole number of at least 1'],
])('refuses %j', (options, message) => {
  expect(() => toSettings({ ...required, ...options })).toThrow(message);
});

test.each([
  [0, 1_000_000],
  [10_000, 980_198],
  [500_000, 333_333],
])(
  'with clocks that drift by %i parts per million, a lease of a second lasts %i microseconds',
  (drift, length) => {
    expect(leaseLength(toSettings({ ...required, clockDriftMax: drift }))).toBe(length);
    // A leader whose clock is that slow reads no longer than a follower whose clock is that fast stands by it.
    expect(length / (1 - drift / 1e6)).toBeLessThanOrEqual(1_000_000 / (1 + drift / 1e6));
  },
);
