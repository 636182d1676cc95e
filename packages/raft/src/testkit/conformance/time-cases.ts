import { assert } from '@holdfast/core';
import { type ConformanceCase, conformanceCase } from './conformance-case.ts';
import { decideSeveral } from './crash-cases.ts';

/** What must hold when processes stand still and clocks go wrong: safety never rests on time. */
export const timeCases: readonly ConformanceCase[] = [
  conformanceCase('a leader that stood still decides nothing on its own when it goes on', 5, (cluster) => {
    decideSeveral(cluster, 3);
    const old = cluster.electLeader();
    cluster.proposeTo(old);
    cluster.pause(old);
    cluster.electLeader(cluster.others(old));
    decideSeveral(cluster, 5);
    cluster.resume(old);
    // It has not heard of the others yet, and still believes that it leads.
    const stale = cluster.proposeTo(old);
    cluster.runFor('3s');
    assert(
      stale === undefined || stale.outcome !== undefined || cluster.member(old).state === 'leader',
      `${old} says what became of ${stale?.value}`,
    );
  }),
  conformanceCase('each member may stand still for a while', 3, (cluster) => {
    for (const name of cluster.members) {
      decideSeveral(cluster, 3);
      cluster.pause(name);
      cluster.runFor('2s');
      decideSeveral(cluster, 3);
      cluster.resume(name);
    }
  }),
  conformanceCase('clocks that run fast and slow harm nothing', 5, (cluster) => {
    const { simulation, members } = cluster;
    simulation.host(members[0]!).drift(100_000);
    simulation.host(members[1]!).drift(-100_000);
    simulation.host(members[2]!).drift(20_000);
    for (let round = 0; round < 10; round++) {
      decideSeveral(cluster, 3);
      cluster.runFor('1s');
    }
    for (const name of members) simulation.host(name).drift(0);
  }),
  conformanceCase('a wall clock that jumps harms nothing', 3, (cluster) => {
    const { simulation, members } = cluster;
    for (const [index, name] of members.entries()) {
      decideSeveral(cluster, 3);
      simulation.host(name).jumpWall(index % 2 === 0 ? 86_400_000 : -86_400_000);
    }
    decideSeveral(cluster, 3);
  }),
];
