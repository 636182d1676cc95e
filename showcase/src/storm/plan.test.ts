import { expect, test } from 'vitest';
import { episodeEnd } from './fault.ts';
import { stormPlan } from './plan.ts';

test('a seed determines the storm, and another seed gives another', () => {
  expect(stormPlan(7, 60_000)).toEqual(stormPlan(7, 60_000));
  expect(stormPlan(7, 60_000)).not.toEqual(stormPlan(8, 60_000));
});

test('whatever the seed, episodes follow each other with calm between them and at the end', () => {
  for (let seed = 0; seed < 200; seed++) {
    const plan = stormPlan(seed, 20_000);
    const ends = plan.map(episodeEnd);
    const begins = plan.map(({ faults }) => Math.min(...faults.map(({ from }) => from)));
    for (let index = 1; index < plan.length; index++)
      expect(begins[index]! - ends[index - 1]!).toBeGreaterThan(500);
    expect(ends.at(-1)!).toBeLessThan(16_000);
    for (const { from, until } of plan.flatMap(({ faults }) => faults)) expect(until).toBeGreaterThan(from);
  }
});
