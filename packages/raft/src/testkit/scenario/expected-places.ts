import type { ExpectedCoverage } from '@holdfast/simulation';
import { defaultOrders } from './draw-operations.ts';
import type { RaftScenarioOptions } from './raft-scenario-options.ts';

/**
 * Whom faults aim at: leaders, and followers, whatever they are about. Candidates and members that recover are struck
 * by what aims at nobody in particular: a fault that aims at a role in vain is lost.
 */
export const aims: ExpectedCoverage = {
  roles: { leader: ['idle', 'replicating'], follower: ['idle', 'replicating', 'electing'] },
};

/** The roles and phases in which faults ought to strike the members of a scenario. */
export function expectedPlaces(options: RaftScenarioOptions): ExpectedCoverage {
  const { learners = [], spares = [], witnesses = [], orders = defaultOrders } = options;
  const changes = orders.includes('change-members');
  const joint = changes ? ['joint-configuration'] : [];
  const transferring = orders.includes('transfer') ? ['transferring'] : [];
  return {
    roles: {
      leader: ['idle', 'replicating', 'compacting', 'sending-snapshot', ...transferring, ...joint],
      follower: ['idle', 'replicating', 'electing', 'compacting', 'installing-snapshot', ...joint],
      'pre-candidate': ['electing'],
      candidate: ['electing'],
      recovering: ['recovering'],
      ...(learners.length > 0 || changes ? { learner: ['idle', 'installing-snapshot'] } : {}),
      ...(witnesses.length > 0 ? { witness: ['idle'] } : {}),
      ...(spares.length > 0 ? { outsider: ['idle'] } : {}),
    },
  };
}
