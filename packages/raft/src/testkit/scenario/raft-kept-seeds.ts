import type { KeptSeed } from '@holdfast/simulation';

/** Seeds that once found a defect, by scenario: every campaign runs them first. */
export const raftKeptSeeds: Readonly<Record<string, readonly KeptSeed[]>> = {
  'raft-lease': [
    {
      seed: 328,
      strategy: 'priorities',
      why: "a client took a late answer to a request of its host's earlier process for its own",
    },
  ],
  'raft-lost-disks': [
    {
      seed: 0,
      strategy: 'swarm',
      why: 'a follower whose snapshot was compacted away meanwhile was offered the old one for ever',
    },
    {
      seed: 2060,
      strategy: 'random',
      why: 'the operator replaced a disk that a majority of two needed',
    },
  ],
};
