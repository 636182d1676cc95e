// Every planted bug fits the source as it is. Which seeds show them is `npm run simulate:mutants:cluster`'s to find.
import { describe, expect, test } from 'vitest';
import { plantedBugs } from './planted-bugs.ts';
import { scenariosWith } from './scenarios-with.ts';

describe('planted bugs', { timeout: 60_000 }, () => {
  test.each(plantedBugs)('$name', async (bug) => {
    expect(Object.keys(await scenariosWith(bug))).toContain(bug.scenario);
  });
});
