import { describe, expect, test } from 'vitest';
import { RandomSchedule, type ScheduleOptions } from './random-schedule.ts';

const runs = Number(process.env['RAFT_SCHEDULES'] ?? 12);
const usual = { electionTimeout: 100_000 };

/** Many things happen; then all calm down, and work must get done again. */
function run(seed: number, options: ScheduleOptions): { readonly decided: number; readonly reads: number } {
  const schedule = new RandomSchedule(seed, options);
  try {
    for (let step = 0; step < 4000; step++) schedule.step(true);
    schedule.heal();
    const before = schedule.decided.size;
    for (let step = 0; step < 20_000 && schedule.decided.size < before + 20; step++) schedule.step(false);
    if (schedule.decided.size < before + 20) throw new Error('it does not go on');
    return { decided: schedule.decided.size, reads: schedule.readsReady };
  } catch (error) {
    throw new Error(`seed ${seed}: ${(error as Error).message}; ${schedule.summary}`, { cause: error });
  }
}

describe.each<[string, ScheduleOptions]>([
  ['confirmed reads', { member: usual, drift: 300_000 }],
  [
    'lease reads',
    { member: { ...usual, reads: 'lease', clockDriftMax: 100_000 }, drift: 100_000, mixed: true },
  ],
  ['no pre-vote, no check of the quorum', { member: { ...usual, preVote: false, checkQuorum: false } }],
  ['narrow windows', { member: { ...usual, inflightMessagesMax: 2, appendBytesMax: 20, chunkBytesMax: 16 } }],
  ['a witness', { member: usual, witness: 'e' }],
])('with %s', (_name, options) => {
  test('members decide the same under any order of events, and go on once they calm down', () => {
    let decided = 0;
    let reads = 0;
    for (let seed = 1; seed <= runs; seed++) {
      const result = run(seed, options);
      decided += result.decided;
      reads += result.reads;
    }
    expect(decided).toBeGreaterThan(30 * runs);
    expect(reads).toBeGreaterThan(5 * runs);
  });
});
