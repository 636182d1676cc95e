import { type ExpectedCoverage, troubleKinds } from '@holdfast/simulation';

/**
 * Whom faults aim at: leaders, and followers, whatever they are about. Candidates and members that recover are struck
 * by what aims at nobody in particular: a fault that aims at a role in vain is lost.
 */
export const aims: ExpectedCoverage = {
  roles: { leader: ['idle', 'replicating'], follower: ['idle', 'replicating', 'electing'] },
};

/** What faults ought to strike, in one scenario or another: each kind, in each phase of each role. */
export const raftPlaces: ExpectedCoverage = {
  roles: {
    leader: ['idle', 'replicating', 'compacting', 'sending-snapshot', 'transferring', 'joint-configuration'],
    follower: ['idle', 'replicating', 'electing', 'compacting', 'installing-snapshot', 'joint-configuration'],
    'pre-candidate': ['electing', 'joint-configuration'],
    candidate: ['electing', 'joint-configuration'],
    recovering: ['recovering'],
    learner: ['idle', 'installing-snapshot', 'joint-configuration'],
    witness: ['idle', 'replicating'],
    outsider: ['idle', 'electing'],
  },
  // Disks are wiped by orders of an operator, who knows when a cluster can bear it.
  kinds: troubleKinds.filter((kind) => kind !== 'wipe'),
};
