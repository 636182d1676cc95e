import { expect, test } from 'vitest';
import type { Press } from '../load/customers.ts';
import type { Episode } from '../storm/fault.ts';
import { recoveries } from './recovery.ts';
import { Timeline } from './timeline.ts';

const order = { basket: 'b', item: 'rope', quantity: 1, cents: 100 };

/** Ten seconds with a press every 10 ms, accepted where `isGood` says so. */
function timelineOf(isGood: (at: number) => boolean): Timeline {
  const timeline = new Timeline(2_000, 12_000);
  for (let at = 0; at < 14_000; at += 10) {
    const press: Press = {
      order,
      number: 1,
      at,
      latencyMillis: 5,
      accepted: isGood(at - 2_000),
      lost: false,
    };
    timeline.record(press);
  }
  return timeline;
}

const plan: readonly Episode[] = [
  { name: 'one', faults: [{ service: 'payments', trouble: { kind: 'kill' }, from: 1_000, until: 2_000 }] },
  { name: 'two', faults: [{ service: 'payments', trouble: { kind: 'kill' }, from: 6_000, until: 7_000 }] },
];

test('recovery counts from the end of an episode to the first good second', () => {
  const timeline = timelineOf((at) => at < 1_000 || at >= 2_500);
  const [one, two] = recoveries(plan, timeline, 10_000);
  expect(one).toEqual({
    episode: 'one',
    acceptedDuring: 0,
    longestPause: 1_505,
    recovered: true,
    millis: 500,
  });
  expect(two).toEqual({ episode: 'two', acceptedDuring: 1, longestPause: 10, recovered: true, millis: 0 });
});

test('who has not recovered when the next episode begins has not recovered', () => {
  const [one, two] = recoveries(
    plan,
    timelineOf((at) => at < 1_000),
    10_000,
  );
  expect(one).toMatchObject({ recovered: false, millis: 4_000 });
  expect(two).toMatchObject({ recovered: false, millis: 3_000 });
});

test('presses outside the measured time do not count', () => {
  expect(timelineOf(() => true).presses).toBe(1_000);
});
