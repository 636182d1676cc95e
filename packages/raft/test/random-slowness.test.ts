import { describe, expect, test } from 'vitest';
import type { RaftOptions } from '../src/index.ts';
import { SlowSchedule } from './slow-schedule.ts';

const runs = Number(process.env['RAFT_SCHEDULES'] ?? 12);

describe.each<[string, Omit<RaftOptions, 'id' | 'random'>]>([
  ['', { electionTimeout: 100_000, chunkBytesMax: 100 }],
  [', with leases', { electionTimeout: 100_000, chunkBytesMax: 400, reads: 'lease', clockDriftMax: 0 }],
])('members that are slow in everything%s', (_name, options) => {
  test('have the same state machines at the same places, whatever comes late, and apply each request once', () => {
    let restored = 0;
    let counted = 0;
    for (let seed = 1; seed <= runs; seed++) {
      const schedule = new SlowSchedule(seed, options);
      try {
        for (let step = 0; step < 12_000; step++) schedule.step();
        const before = schedule.states.size;
        schedule.calm(1500);
        expect(schedule.states.size).toBeGreaterThan(before + 20);
      } catch (error) {
        throw new Error(`seed ${seed}: ${(error as Error).message}`, { cause: error });
      }
      restored += schedule.restored;
      counted += schedule.counted;
    }
    expect(restored).toBeGreaterThan(runs / 4);
    expect(counted).toBeGreaterThan(50 * runs);
  });
});
