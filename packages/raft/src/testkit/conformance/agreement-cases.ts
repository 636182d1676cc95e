import { assert } from '@holdfast/core';
import { type ConformanceCase, conformanceCase } from './conformance-case.ts';

/** What must hold in a world without faults. */
export const agreementCases: readonly ConformanceCase[] = [
  conformanceCase('elects one leader, whom all follow', 5, (cluster) => {
    const leader = cluster.electLeader(cluster.members);
    cluster.runFor('5s');
    assert(cluster.leader === leader, `${leader} still leads when nothing is wrong; ${cluster.describe()}`);
  }),
  conformanceCase('a single member decides alone', 1, (cluster) => {
    for (let count = 0; count < 10; count++) cluster.decide();
  }),
  conformanceCase(
    'members apply what is proposed, in the order of the leader, each value once',
    3,
    (cluster) => {
      const leader = cluster.electLeader();
      const values = Array.from({ length: 200 }, (_, count) => {
        if (count % 5 === 4) cluster.runFor('1ms');
        return cluster.proposeTo(leader)?.value;
      });
      const taken = values.filter((value) => value !== undefined);
      assert(taken.length > 0, `${leader} takes proposals`);
      cluster.runUntil('all that was taken is answered', () =>
        cluster.proposals.every(({ outcome }) => outcome !== undefined),
      );
      cluster.converge();
      for (const name of cluster.members) {
        const { applied } = cluster.member(name);
        assert(
          applied.join() === taken.join(),
          `${name} has applied ${taken.length} values in order: ${applied}`,
        );
      }
    },
  ),
  conformanceCase('whoever does not lead takes no proposal, or keeps its word about it', 3, (cluster) => {
    const leader = cluster.electLeader();
    for (const name of cluster.others(leader)) cluster.proposeTo(name);
    cluster.runFor('2s');
  }),
  conformanceCase('many proposals under way at once are all decided', 5, (cluster) => {
    const leader = cluster.electLeader();
    let refused = 0;
    for (let count = 0; count < 1_000; count++) {
      if (cluster.proposeTo(leader) !== undefined) continue;
      // A full queue refuses: what it took goes on all the same.
      refused++;
      cluster.runFor('1ms');
    }
    assert(refused < 1_000, `${leader} takes proposals`);
    cluster.runUntil('all that was taken is decided', () =>
      cluster.proposals.every(({ outcome }) => outcome === 'committed'),
    );
  }),
];
