import type { KeptSeed } from '@holdfast/simulation';

/** Seeds that once found a defect, by scenario: every campaign runs them first. */
export const clusterKeptSeeds: Readonly<Record<string, readonly KeptSeed[]>> = {
  'cluster-three': [
    {
      seed: 147,
      strategy: 'swarm',
      why: "a snapshot carried the cluster's time as of the end of its writing, not of its index",
    },
    {
      seed: 235,
      strategy: 'priorities',
      why: 'proposals were forwarded in a later term than they were waited for, and applied although given up',
    },
  ],
  'cluster-replacements': [
    {
      seed: 33,
      strategy: 'swarm',
      why: 'a new leader took a member that it was just adding for a stray one, and removed it',
    },
    {
      seed: 0,
      strategy: 'swarm',
      why: 'a member that joined had no links to those whom its log did not name yet',
    },
  ],
  'cluster-lost-disks': [
    {
      seed: 26,
      strategy: 'random',
      why: 'a folder that was begun as a founder by mistake could not be used to join',
    },
    {
      seed: 52_000_049,
      strategy: 'random',
      why: 'a member without its log voted for one that had just started, and did not know yet that it had had one',
    },
  ],
  'cluster-damaged-disks': [
    {
      seed: 903,
      why: 'rot of the slot that said the first epoch had a journal taken for one that nobody had opened, and begun anew',
    },
  ],
  'cluster-outrun': [
    {
      seed: 70_561_810,
      strategy: 'priorities',
      why: 'a refusal that came late had a proposal proposed again that had been proposed anew already',
    },
  ],
  'cluster-clients': [
    {
      seed: 301_298,
      strategy: 'priorities',
      why: "two members turned each other away for greetings from before they had a log, and did not hear each other's farewell",
    },
  ],
  'cluster-locks': [
    {
      seed: 1,
      strategy: 'priorities',
      why: 'a waiter that was cut off had its place given up late, when it had asked elsewhere and had been told that it leads',
    },
  ],
};
