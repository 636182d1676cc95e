import type { Simulation } from '@holdfast/simulation';
import { SimulatedCluster } from '../cluster/simulated-cluster.ts';
import type { ConsensusProtocol } from '../consensus-protocol.ts';

/** One promise that every consensus algorithm has to keep. */
export interface ConformanceCase {
  readonly name: string;
  /** Throws ASSERTION_FAILED unless `protocol` keeps it. `simulation` is a world without hosts; nobody else uses it. */
  run(protocol: ConsensusProtocol, simulation: Simulation): void;
}

/**
 * A case on a cluster of `size`. In the end everything is up and healed again: all members have applied the same,
 * a new value is still decided, and every answer was true.
 */
export function conformanceCase(
  name: string,
  size: number,
  work: (cluster: SimulatedCluster) => void,
): ConformanceCase {
  return {
    name,
    run(protocol, simulation) {
      const cluster = new SimulatedCluster(simulation, protocol, size);
      work(cluster);
      cluster.decide();
      cluster.converge();
      cluster.checkAnswers();
    },
  };
}
