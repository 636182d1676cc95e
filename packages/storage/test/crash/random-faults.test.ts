// Goal: whatever a disk does, what was accepted is there or its loss is reported, and what was refused is not there.
// Method: random work on a simulated disk under random faults, beside a list of what is certain and of what may be there.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RandomWork, steps } from './random-faults.ts';

describe('whatever happens', () => {
  test('crashes, failed operations and full disks lose nothing that was accepted', async () => {
    let [full, failures] = [0, 0];
    await fc.assert(
      fc.asyncProperty(fc.integer(), steps, async (seed, steps) => {
        const work = new RandomWork(seed, { failedWrites: 0.02, failedFlushes: 0.03, failedReads: 0.01 });
        expect(await work.run(steps)).toBe('sound');
        full += work.fullSeen;
        failures += work.failuresSeen;
      }),
      { numRuns: 300 },
    );
    expect(full).toBeGreaterThan(50);
    expect(failures).toBeGreaterThan(50);
  });

  test('rot is found, or has done no harm', async () => {
    const ends = { sound: 0, damaged: 0, shortened: 0 };
    await fc.assert(
      fc.asyncProperty(fc.integer(), steps, async (seed, steps) => {
        ends[await new RandomWork(seed, { bitRot: 0.02 }).run(steps)]++;
      }),
      { numRuns: 300 },
    );
    expect(ends.damaged).toBeGreaterThan(10);
    expect(ends.sound).toBeGreaterThan(10);
    expect(ends.shortened).toBe(0);
  });

  test('misdirected writes are found, or take at most the end: nothing is changed or invented', async () => {
    const ends = { sound: 0, damaged: 0, shortened: 0 };
    await fc.assert(
      fc.asyncProperty(fc.integer(), steps, async (seed, steps) => {
        ends[await new RandomWork(seed, { bitRot: 0.01, misdirectedWrites: 0.02 }).run(steps)]++;
      }),
      { numRuns: 300 },
    );
    expect(ends.damaged).toBeGreaterThan(10);
    expect(ends.sound).toBeGreaterThan(10);
    expect(ends.shortened).toBeLessThan(ends.damaged);
  });

  test('a rotten slot where the next epoch would stand is not taken for a later owner', async () => {
    const work = new RandomWork(-274489156, { bitRot: 0.02, misdirectedWrites: 0.02 });
    expect(await work.run([{ kind: 'append', lengths: [0], await: true }])).toBe('sound');
  });
});
