import { expect, test } from 'vitest';
import type { Episode, Place } from '../storm/fault.ts';
import { comparedGoodput } from './compared-goodput.ts';
import { Timeline } from './timeline.ts';

const order = { basket: 'basket-1', item: 'rope', quantity: 1, cents: 500 } as const;

function episode(service: Place, from: number, until: number): Episode {
  return { name: service, faults: [{ service, trouble: { kind: 'kill' }, from, until }] };
}

/** A shop that accepts ten orders a second in ten seconds, but for two seconds from the fourth on. */
function timeline(): Timeline {
  const run = new Timeline(0, 10_000);
  for (let at = 0; at < 10_000; at += 100)
    run.record({ order, number: 1, at, latencyMillis: 5, accepted: at < 4_000 || at >= 6_000, lost: false });
  return run;
}

test('what every stack meets counts', () => {
  expect(comparedGoodput([episode('payments', 4_000, 5_000)], timeline(), 10_000)).toBe(8);
});

test('what strikes the store does not, nor does the time until the next episode', () => {
  const plan = [episode('store', 4_000, 5_000), episode('payments', 6_000, 7_000)];
  expect(comparedGoodput(plan, timeline(), 10_000)).toBe(10);
});

test('the last episode lasts until the run ends', () => {
  expect(comparedGoodput([episode('store', 4_000, 5_000)], timeline(), 10_000)).toBe(10);
});
