// Goal: the tests of event stores, outbox, inbox and choreographies find what they are there for. Method: each of these
// bugs is planted in the source, and the trial that is named for it has to fail.
import { describe, expect, test } from 'vitest';
import { plantedBugs } from './bugs.ts';
import { trialsWith } from './patched-source.ts';

describe('a planted bug is found', () => {
  test.each(plantedBugs.map((bug) => [bug.name, bug] as const))('%s', async (_, bug) => {
    const trials = await trialsWith(bug);
    await expect(trials[bug.by]()).rejects.toThrow();
  });
});

test('without a bug, the trials find nothing', async () => {
  const trials = await trialsWith(undefined);
  for (const trial of Object.values(trials)) await trial();
});
