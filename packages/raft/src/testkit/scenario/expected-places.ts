import type { ExpectedCoverage } from '@holdfast/simulation';
import type { RaftScenarioOptions } from './raft-scenario-options.ts';

/** The roles and phases in which faults ought to strike the members of a scenario. */
export function expectedPlaces(options: RaftScenarioOptions): ExpectedCoverage {
  const { learners = [], spares = [], witnesses = [], orders = ['transfer', 'campaign'] } = options;
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
