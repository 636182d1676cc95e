import { assert } from '@holdfast/core';
import type { SimulatedCluster } from '../cluster/simulated-cluster.ts';
import { type ConformanceCase, conformanceCase } from './conformance-case.ts';
import { decideSeveral } from './crash-cases.ts';

/** What must hold when messages get lost, late, doubled, or do not get through for long. */
export const networkCases: readonly ConformanceCase[] = [
  conformanceCase('a leader cut off decides nothing more, and the others go on', 5, (cluster) => {
    decideSeveral(cluster, 3);
    const old = cluster.electLeader();
    const heal = cluster.isolate(old);
    const before = cluster.member(old).applied.length;
    const cutOff = [cluster.proposeTo(old), cluster.proposeTo(old)];
    cluster.electLeader(cluster.others(old));
    decideSeveral(cluster, 5);
    for (const proposal of cutOff) {
      assert(proposal?.outcome !== 'committed', `${old} calls committed what it decided alone`);
    }
    const { applied } = cluster.member(old);
    assert(applied.length === before, `${old} applies nothing more while it is cut off`);
    heal();
    cluster.converge(cluster.members);
    cluster.runUntil('the proposals of the old leader are answered', () =>
      cutOff.every((proposal) => proposal === undefined || proposal.outcome !== undefined),
    );
  }),
  conformanceCase('a minority cut off decides nothing, and follows afterwards', 5, (cluster) => {
    const leader = cluster.electLeader();
    const cutOff = cluster.others(leader).slice(0, 2);
    const heal = cluster.isolate(...cutOff);
    decideSeveral(cluster, 20);
    for (const name of cutOff) cluster.proposeTo(name);
    cluster.runFor('3s');
    heal();
    cluster.converge(cluster.members);
  }),
  conformanceCase('no side of an even split decides; whole again, it goes on', 4, (cluster) => {
    decideSeveral(cluster, 3);
    const heal = cluster.isolate(cluster.members[0]!, cluster.members[1]!);
    const { length } = cluster.agreement.decided;
    for (let round = 0; round < 5; round++) {
      for (const name of cluster.up) cluster.proposeTo(name);
      cluster.runFor('1s');
    }
    const now = cluster.agreement.decided.length;
    assert(now === length, `two of four decide nothing, but ${now - length} values`);
    heal();
  }),
  conformanceCase('survives links that work in one direction only', 3, (cluster) => {
    decideSeveral(cluster, 3);
    const { network } = cluster.simulation;
    const leader = cluster.electLeader();
    const heals = cluster.others(leader).map((name) => network.cut(name, leader));
    cluster.runFor('5s');
    for (const heal of heals) heal();
    decideSeveral(cluster, 3);
    const deaf = cluster.electLeader();
    const heardNothing = cluster.others(deaf).map((name) => network.cut(deaf, name));
    cluster.runFor('5s');
    for (const heal of heardNothing) heal();
  }),
  conformanceCase('decides in order when messages get lost', 3, (cluster) => {
    cluster.simulation.network.setConditions({ loss: 0.2 });
    decideSeveral(cluster, 50);
    healNetwork(cluster);
  }),
  conformanceCase('decides each value once when messages arrive twice', 3, (cluster) => {
    cluster.simulation.network.setConditions({ duplication: 0.5 });
    decideSeveral(cluster, 100);
    healNetwork(cluster);
  }),
  conformanceCase('decides in order when messages overtake each other', 5, (cluster) => {
    cluster.simulation.network.setConditions({
      reordering: 0.3,
      holdBack: '100ms',
      latency: { min: '200us', max: '5ms', distribution: 'heavy-tailed' },
    });
    const leader = cluster.electLeader();
    for (let count = 0; count < 50; count++) {
      cluster.proposeTo(cluster.leader ?? leader);
      cluster.runFor('2ms');
    }
    decideSeveral(cluster, 20);
    healNetwork(cluster);
  }),
  conformanceCase('survives loss, duplication, overtaking and a moving partition together', 5, (cluster) => {
    cluster.simulation.network.setConditions({
      loss: 0.1,
      duplication: 0.1,
      reordering: 0.1,
      holdBack: '200ms',
    });
    for (let round = 0; round < 10; round++) {
      const heal = cluster.isolate(cluster.members[round % 5]!, cluster.members[(round + 2) % 5]!);
      for (let count = 0; count < 20; count++) {
        for (const name of cluster.up) cluster.proposeTo(name);
        cluster.runFor('30ms');
      }
      heal();
    }
    healNetwork(cluster);
  }),
];

function healNetwork(cluster: SimulatedCluster): void {
  cluster.simulation.network.setConditions({});
}
