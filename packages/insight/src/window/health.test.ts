import { expect, test } from 'vitest';
import { RedTally } from '../statistics/red.ts';
import { judgeHealth } from './health.ts';

function red(count: number, failed: number, milliseconds: number): ReturnType<RedTally['red']> {
  const tally = new RedTally();
  for (let index = 0; index < count; index++) tally.record(milliseconds * 1_000, index < failed);
  return tally.red(60);
}

test.each([
  ['nobody calls it', red(0, 0, 0), undefined, 'idle', undefined],
  ['it works', red(100, 0, 20), red(100, 0, 20), 'healthy', undefined],
  ['a single failure is no state', red(100, 1, 20), undefined, 'healthy', undefined],
  ['some fail', red(100, 5, 20), undefined, 'degraded', '5.0% of requests fail'],
  ['many fail', red(100, 40, 20), red(100, 1, 20), 'failing', '40% of requests fail, 1.0% before'],
  ['as many fail as ever', red(100, 5, 20), red(100, 5, 20), 'healthy', undefined],
  ['it takes thrice as long', red(100, 0, 60), red(100, 0, 20), 'degraded', 'p95 is 60 ms, 20 ms before'],
  ['a millisecond more or less is nothing', red(100, 0, 3), red(100, 0, 1), 'healthy', undefined],
  ['too few to tell', red(3, 3, 20), undefined, 'healthy', undefined],
])('%s', (_, now, base, health, reason) => {
  expect(judgeHealth(now, base)).toEqual({ health, reason });
});
