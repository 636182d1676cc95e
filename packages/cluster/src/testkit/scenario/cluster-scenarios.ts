import type { Scenario } from '@holdfast/simulation';
import type { ClusterOperation } from './cluster-operation.ts';
import type { ClusterRun } from './cluster-run.ts';
import { clusterScenario } from './cluster-scenario.ts';
import type { ClusterScenarioOptions } from './cluster-scenario-options.ts';

const three = ['member-1', 'member-2', 'member-3'];

const all: readonly ClusterScenarioOptions[] = [
  { name: 'cluster-three', members: three },
  /** Disks are lost: members are removed, and others added in their places. */
  {
    name: 'cluster-lost-disks',
    members: three,
    orders: ['lose-disk', 'move-leader', 'isolate-leader', 'stop'],
  },
  /** Members take each other's places on four hosts. */
  {
    name: 'cluster-replacements',
    members: three,
    spares: ['member-4'],
    orders: ['replace', 'replace', 'restart', 'move-leader'],
  },
  {
    name: 'cluster-slow-disks',
    members: three,
    faults: { base: { version: 1, disk: { latency: { min: '1ms', max: '40ms' } } } },
  },
  /** Reads on leases; clocks do not drift. */
  {
    name: 'cluster-lease-reads',
    members: three,
    readsPerHundred: 70,
    rate: 30,
    settings: { reads: 'lease' },
  },
];

/** The scenarios of the cluster that a campaign runs, by name. */
export const clusterScenarios: Readonly<Record<string, Scenario<ClusterOperation, ClusterRun>>> =
  Object.fromEntries(all.map((options) => [options.name, clusterScenario(options)]));
