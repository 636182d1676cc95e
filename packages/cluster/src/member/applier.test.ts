import { type Clock, ManualWorld } from '@holdfast/core';
import { expect, test } from 'vitest';
import { Store } from '../state/store.ts';
import { Applier } from './applier.ts';
import { ClusterTime } from './proposals/cluster-time.ts';
import type { LogEntry } from './wire/entry-block.ts';

const blanks = (first: number, count: number, term: number): LogEntry[] =>
  Array.from({ length: count }, (_, place) => ({ kind: 'blank', index: first + place, term, bytes: 0 }));

/** One that moves on by a millisecond whenever somebody looks. */
function tickingClock(): Clock {
  const { clock } = new ManualWorld({ seed: 1 });
  let now = 0;
  return { now: () => (now += 1_000), coarseNow: () => now, wall: () => clock.wall() };
}

test('what takes too long is applied a slice at a time, and a snapshot makes the rest of it void', () => {
  const state = new Store();
  const begun: number[] = [];
  const applier = new Applier(state, tickingClock(), new ClusterTime(0, 0), 7, 1, {
    ownApplied: () => {},
    termBegan: (term) => void begun.push(term),
    configurationApplied: () => {},
  });
  applier.add(blanks(1, 1_000, 1));
  applier.add(blanks(1_001, 10, 2));
  applier.run();
  expect(applier.waiting).toBe(true);
  expect(applier.index).toBeGreaterThan(0);
  expect(applier.index).toBeLessThan(1_000);

  // The state is another one from here on: it was restored up to there.
  applier.restored(2_000, 3);
  expect([applier.waiting, applier.index]).toEqual([false, 2_000]);
  applier.add(blanks(2_001, 2, 4));
  applier.run();
  expect([applier.waiting, applier.index, state.appliedIndex, begun]).toEqual([false, 2_002, 2_002, [4]]);
});

test('all of it is applied in its order in the end', () => {
  const state = new Store();
  const applier = new Applier(state, tickingClock(), new ClusterTime(0, 0), 7, 1, {
    ownApplied: () => {},
    termBegan: () => {},
    configurationApplied: () => {},
  });
  applier.add(blanks(1, 300, 1));
  applier.add(blanks(301, 500, 1));
  let slices = 0;
  for (let before = 0; applier.waiting; before = applier.index) {
    applier.run();
    expect(applier.index).toBeGreaterThan(before);
    expect(state.appliedIndex).toBe(applier.index);
    slices++;
  }
  expect(applier.index).toBe(800);
  expect(slices).toBeGreaterThan(1);
});
