import { assert } from '@holdfast/core';
import type { SimulatedCluster } from '../cluster/simulated-cluster.ts';
import { type ConformanceCase, conformanceCase } from './conformance-case.ts';

/** What must hold when processes end and start again. */
export const crashCases: readonly ConformanceCase[] = [
  conformanceCase('goes on when a minority crashes, the leader among them', 5, (cluster) => {
    decideSeveral(cluster, 5);
    const leader = cluster.electLeader();
    const gone = [leader, cluster.others(leader)[0]!];
    cluster.crash(...gone);
    decideSeveral(cluster, 5);
    cluster.start(...gone);
  }),
  conformanceCase('each member may crash, one after the other', 3, (cluster) => {
    for (const name of cluster.members) {
      decideSeveral(cluster, 3);
      cluster.crash(name);
      decideSeveral(cluster, 3);
      cluster.start(name);
      cluster.converge();
    }
  }),
  conformanceCase('nothing decided is lost when all crash at once', 5, (cluster) => {
    for (let round = 0; round < 5; round++) {
      decideSeveral(cluster, 5);
      for (let count = 0; count < 5; count++) cluster.proposeTo(cluster.leader ?? cluster.electLeader());
      const { length } = cluster.agreement.decided;
      cluster.crash(...cluster.members);
      cluster.runFor('50ms');
      cluster.start(...cluster.members);
      cluster.decide();
      const now = cluster.agreement.decided.length;
      assert(now > length, `${now} values are decided after a restart, ${length} were before`);
    }
  }),
  conformanceCase('members that restart in turns lose no vote and no value', 3, (cluster) => {
    for (let round = 0; round < 12; round++) {
      const name = cluster.members[round % cluster.members.length]!;
      const { leader } = cluster;
      if (leader !== undefined) cluster.proposeTo(leader);
      cluster.crash(name);
      cluster.runFor('20ms');
      cluster.start(name);
      cluster.runFor('150ms');
    }
  }),
  conformanceCase('makes no progress without a majority, and goes on with one', 5, (cluster) => {
    decideSeveral(cluster, 3);
    const leader = cluster.electLeader();
    const gone = cluster.others(leader).slice(0, 3);
    cluster.crash(...gone);
    const { length } = cluster.agreement.decided;
    for (let round = 0; round < 10; round++) {
      for (const name of cluster.up) cluster.proposeTo(name);
      cluster.runFor('1s');
    }
    const now = cluster.agreement.decided.length;
    assert(now === length, `two of five decide nothing, but ${now - length} values`);
    cluster.start(gone[0]!);
    decideSeveral(cluster, 3);
    cluster.start(...gone.slice(1));
  }),
  conformanceCase('a member that was away long catches up', 3, (cluster) => {
    const leader = cluster.electLeader();
    const behind = cluster.others(leader)[0]!;
    cluster.crash(behind);
    decideSeveral(cluster, 400);
    cluster.start(behind);
    cluster.converge();
    const { applied } = cluster.member(behind);
    assert(applied.length === cluster.agreement.decided.length, `${behind} has applied everything`);
  }),
  conformanceCase('a member that caught up can carry the majority', 3, (cluster) => {
    const leader = cluster.electLeader();
    const behind = cluster.others(leader)[0]!;
    cluster.crash(behind);
    decideSeveral(cluster, 50);
    cluster.start(behind);
    cluster.converge();
    cluster.crash(leader);
    decideSeveral(cluster, 5);
    cluster.start(leader);
  }),
];

export function decideSeveral(cluster: SimulatedCluster, count: number): void {
  for (let index = 0; index < count; index++) cluster.decide();
}
