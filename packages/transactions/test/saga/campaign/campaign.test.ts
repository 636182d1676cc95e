// Goal: sagas of any shape keep their promises whatever happens to their workers and services. Method: seeded runs in the
// simulator; what the services know in the end is compared with what the sagas say of themselves.
import { expect, test } from 'vitest';
import { campaign } from './campaign.ts';

test('sagas of any shape survive crashes, pauses, wrong clocks and failing services', async () => {
  const { problems, committed, rolledBack, stuck, lives } = await campaign(1, 30);
  expect(problems).toEqual([]);
  // It has seen what it is about.
  expect(Math.min(committed, rolledBack)).toBeGreaterThan(50);
  expect(stuck).toBeGreaterThan(1);
  expect(lives).toBeGreaterThan(150);
});
