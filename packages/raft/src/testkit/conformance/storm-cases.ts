import type { Random } from '@holdfast/core';
import type { SimulatedCluster } from '../cluster/simulated-cluster.ts';
import { type ConformanceCase, conformanceCase } from './conformance-case.ts';

const rounds = 60;

/** Everything at once, as the seed will have it. */
export const stormCases: readonly ConformanceCase[] = [3, 5].map((size) =>
  conformanceCase(`${size} members survive a storm of every fault`, size, (cluster) => {
    const random = cluster.simulation.random('conformance storm');
    const heals: (() => void)[] = [];
    for (let round = 0; round < rounds; round++) {
      if (heals.length > 0 && random.below(3) === 0) heals.shift()!();
      else strike(cluster, random, heals);
      for (let count = 0; count < 10; count++) {
        for (const name of cluster.up) if (random.below(4) === 0) cluster.proposeTo(name);
        cluster.runFor(`${1 + random.below(40)}ms`);
      }
    }
    for (const heal of heals) heal();
    cluster.simulation.network.setConditions({});
  }),
);

function strike(cluster: SimulatedCluster, random: Random, heals: (() => void)[]): void {
  const { simulation, members } = cluster;
  const name = members[random.below(members.length)]!;
  const other = members[random.below(members.length)]!;
  switch (random.below(6)) {
    case 0: {
      if (simulation.host(name).state === 'down') return;
      cluster.crash(name);
      heals.push(() => cluster.start(name));
      return;
    }
    case 1: {
      if (simulation.host(name).state !== 'up') return;
      cluster.pause(name);
      heals.push(() => {
        if (simulation.host(name).state === 'paused') cluster.resume(name);
      });
      return;
    }
    case 2:
      heals.push(cluster.isolate(name));
      return;
    case 3:
      if (name !== other) heals.push(simulation.network.cut(name, other));
      return;
    case 4: {
      const drift = random.below(200_001) - 100_000;
      simulation.host(name).drift(drift);
      heals.push(() => simulation.host(name).drift(0));
      return;
    }
    default:
      simulation.network.setConditions({
        loss: random.below(30) / 100,
        duplication: random.below(30) / 100,
        reordering: random.below(30) / 100,
        holdBack: '100ms',
      });
  }
}
