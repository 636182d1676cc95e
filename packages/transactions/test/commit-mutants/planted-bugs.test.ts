// Goal: the tests of atomic commit find what they are there for. Method: each of these bugs is planted in the source, and the
// trial that is named for it has to fail.
import { describe, expect, test } from 'vitest';
import { trialsWith } from '../patched-source.ts';
import { plantedBugs } from './planted-bugs.ts';

describe('a planted bug is found', () => {
  test.each(plantedBugs.map((bug) => [bug.name, bug] as const))(
    '%s',
    async (_, bug) => {
      const trials = await trialsWith(new URL('trials.ts', import.meta.url), bug);
      await expect(trials[bug.by]()).rejects.toThrow();
    },
    300_000,
  );
});
