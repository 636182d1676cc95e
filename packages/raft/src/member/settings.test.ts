import { seededRandom } from '@holdfast/core';
import { expect, test } from 'vitest';
import type { RaftOptions } from './options.ts';
import { toSettings } from './settings.ts';

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
