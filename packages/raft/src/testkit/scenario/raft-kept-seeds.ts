import type { KeptSeed } from '@holdfast/simulation';

/**
 * Seeds that find a defect which the members or their surroundings once had, by scenario: every campaign runs them
 * first. What a seed does changes with the scenarios, so each defect is a planted bug too, and was found again with it:
 * when `npm run simulate:mutants` finds one elsewhere, its seed moves here.
 */
export const raftKeptSeeds: Readonly<Record<string, readonly KeptSeed[]>> = {
  'raft-five': [
    {
      seed: 4,
      strategy: 'priorities',
      why: 'a follower whose snapshot was compacted away meanwhile was offered the old one for ever',
    },
  ],
  'raft-lost-disks': [
    {
      seed: 0,
      strategy: 'swarm',
      why: 'the operator replaced a disk that a majority needed',
    },
  ],
  'raft-retries': [
    {
      seed: 37,
      strategy: 'priorities',
      why: "a client took a late answer to a request of its host's earlier process for its own",
    },
  ],
};
