// Goal: the tests of atomic commit find what they are there for. Method: each of these bugs is planted in the source, and the
// trial that is named for it has to fail.
import { loadWithBug, type PlantingOptions } from '@holdfast/simulation/planted-bugs';
import { describe, expect, test } from 'vitest';
import { plantedBugs } from './planted-bugs.ts';

const planting: PlantingOptions = {
  entry: new URL('trials.ts', import.meta.url),
  source: new URL('../../src/', import.meta.url),
  load: (name) => import(name),
};

describe('a planted bug is found', () => {
  test.each(plantedBugs.map((bug) => [bug.name, bug] as const))(
    '%s',
    async (_, bug) => {
      const { trials } = await loadWithBug<typeof import('./trials.ts')>(bug, planting);
      await expect(trials[bug.by]()).rejects.toThrow();
    },
    300_000,
  );
});
