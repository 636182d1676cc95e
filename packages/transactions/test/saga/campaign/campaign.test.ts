// Goal: sagas of any shape keep their promises whatever happens to their workers and services. Method: seeded runs in the
// simulator; what the services know in the end is compared with what the sagas say of themselves.
import { expect, test } from 'vitest';
import { sagasSurvive } from './saga-run.ts';

test('sagas of any shape survive crashes, pauses, wrong clocks and failing services', async () => {
  let [committed, rolledBack, stuck, cuts] = [0, 0, 0, 0];
  for (let seed = 1; seed <= 30; seed++) {
    const report = await sagasSurvive(seed);
    committed += report.committed;
    rolledBack += report.rolledBack;
    stuck += report.stuck;
    cuts += report.cuts;
  }
  // It has seen what it is about.
  expect(Math.min(committed, rolledBack)).toBeGreaterThan(50);
  expect(stuck).toBeGreaterThan(1);
  expect(cuts).toBeGreaterThan(90);
});
