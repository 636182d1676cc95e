import { expect, test } from 'vitest';
import { RedTally } from '../statistics/red.ts';
import { judgeHealth, judgeWindow } from './health.ts';

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
  ['a few fail, as ever', red(100, 5, 20), red(100, 5, 20), 'healthy', undefined],
  ['most fail, as ever', red(100, 88, 20), red(100, 88, 20), 'failing', '88% of requests fail, 88% before'],
  ['it takes thrice as long', red(100, 0, 60), red(100, 0, 20), 'degraded', 'p95 is 60 ms, 20 ms before'],
  ['a millisecond more or less is nothing', red(100, 0, 3), red(100, 0, 1), 'healthy', undefined],
  ['too few to tell', red(3, 3, 20), undefined, 'healthy', undefined],
])('%s', (_, now, base, health, reason) => {
  expect(judgeHealth(now, base)).toMatchObject({ health, reason });
});

test.each([
  [
    'its end counts',
    red(500, 5, 20),
    red(100, 5, 20),
    red(400, 0, 20),
    'degraded',
    '5.0% of requests fail, 0% before',
  ],
  [
    'silence at its end tells nothing',
    red(400, 352, 20),
    red(0, 0, 0),
    red(400, 352, 20),
    'failing',
    '88% of requests fail',
  ],
  [
    'nor do a few requests',
    red(403, 403, 20),
    red(3, 3, 20),
    red(400, 400, 20),
    'failing',
    '100% of requests fail',
  ],
  [
    'who recovered shows it',
    red(500, 200, 20),
    red(100, 0, 20),
    red(400, 200, 20),
    'degraded',
    '40% of requests failed, 0% at the end',
  ],
  ['nobody ever called', red(0, 0, 0), red(0, 0, 0), undefined, 'idle', undefined],
])('a window: %s', (_, whole, end, before, health, reason) => {
  expect(judgeWindow({ whole, end, before })).toMatchObject({ health, reason });
});

test('a reason that is of the end says so: figures of the whole are others', () => {
  const judged = { whole: red(500, 0, 20), end: red(100, 0, 60), before: red(400, 0, 20), endName: 'now' };
  expect(judgeWindow(judged).reason).toBe('p95 is 60 ms now, 20 ms before');
  expect(judgeWindow({ ...judged, end: red(100, 5, 20) }).reason).toBe(
    '5.0% of requests fail now, 0% before',
  );
  expect(judgeWindow({ ...judged, end: red(3, 3, 20), whole: red(403, 403, 20) }).reason).toBe(
    '100% of requests fail',
  );
});

test('who failed until a moment ago has recovered, once that can be no chance', () => {
  const judged = { whole: red(500, 30, 20), end: red(100, 30, 20), before: red(400, 0, 20), endName: 'now' };
  expect(judgeWindow({ ...judged, last: [red(20, 0, 20)] })).toEqual({
    health: 'degraded',
    reason: '30% of requests failed, 0% at the end',
    recovered: true,
  });
  for (const last of [[], [red(0, 0, 0)], [red(10, 0, 20)], [red(20, 2, 20)]])
    expect(judgeWindow({ ...judged, last })).toMatchObject({
      health: 'failing',
      reason: '30% of requests fail now, 0% before',
      recovered: false,
    });
});

test('few failures take longer to be over', () => {
  const end = red(250, 4, 20);
  const recovered = (...last: number[]): boolean =>
    judgeWindow({ whole: end, end, before: undefined, last: last.map((count) => red(count, 0, 20)) })
      .recovered;
  expect(recovered(100)).toBe(false);
  expect(recovered(100, 200)).toBe(true);
});

test('who is slow has not recovered for not failing', () => {
  const judged = { whole: red(500, 0, 20), end: red(100, 0, 60), before: red(400, 0, 20) };
  expect(judgeWindow({ ...judged, last: [red(20, 0, 60)] })).toMatchObject({
    health: 'degraded',
    recovered: false,
  });
});
