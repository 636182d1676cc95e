import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { LateTurns } from './late-turns.ts';

test('notes the time in which timers could not fire, and no more than there was', async () => {
  const late = new LateTurns();
  const began = performance.now();
  late.start();
  await wait(15);
  const blockedFrom = (performance.now() - began) * 1_000;
  for (const until = performance.now() + 50; performance.now() < until; );
  const blockedTo = (performance.now() - began) * 1_000;
  await wait(30);
  late.stop();
  const noted = late.within(blockedFrom, blockedTo);
  // The timer was due up to one period after the beginning.
  expect(noted).toBeGreaterThan(30_000);
  expect(noted).toBeLessThanOrEqual(blockedTo - blockedFrom);
});
