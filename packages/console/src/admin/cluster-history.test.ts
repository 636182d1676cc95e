import type { AdminCluster } from '@holdfast/telemetry';
import { expect, test } from 'vitest';
import { ClusterHistory } from './cluster-history.ts';

const ledBy = (leader: string | undefined, term: number): AdminCluster => {
  const log = { lastIndex: 1, commitIndex: 1, appliedIndex: 1, lag: 0, storedBytes: 0 };
  const members = ['a', 'b'].map((name) => {
    const role = name === leader ? ('leader' as const) : ('follower' as const);
    return { id: name, name, role, term, ...log, clientUrls: [], nativeUrls: [] };
  });
  return { name: 'c1', members, leases: [], leasesOmitted: 0, alarms: [] };
};

test('it goes on where it was kept, and tells what changed meanwhile', () => {
  let kept = '';
  const before = new ClusterHistory({ changed: (known) => (kept = JSON.stringify(known)) });
  before.note('c1', ledBy('a', 1), 10);
  before.note('c1', ledBy(undefined, 2), 20);
  const after = new ClusterHistory({ restored: JSON.parse(kept) });
  expect(after.note('c1', ledBy('b', 3), 90)).toEqual([
    { at: 90, text: 'b leads in term 3' },
    { at: 20, text: 'a leads no longer, and nobody does yet' },
  ]);
});

test('it is kept when something changed, and only then', () => {
  let times = 0;
  const history = new ClusterHistory({ changed: () => times++ });
  for (const at of [1, 2, 3]) history.note('c1', ledBy('a', 1), at);
  expect(times).toBe(1);
  history.note('c1', ledBy('a', 2), 4);
  expect(times).toBe(2);
});

test.each([
  [[['c1', null]]],
  [{ c1: {} }],
  [[['c1', { term: 1, moments: [{ at: 'noon' }] }]]],
  ['text'],
  [null],
])('what is no history is none: %j', (restored) => {
  expect(new ClusterHistory({ restored }).note('c1', ledBy('a', 1), 1)).toEqual([]);
});
