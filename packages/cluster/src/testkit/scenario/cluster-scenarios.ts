import { type Scenario, troubleKinds } from '@holdfast/simulation';
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
  /** Disks that rot: members refuse what is damaged, and others join in their places. */
  {
    name: 'cluster-damaged-disks',
    members: three,
    orders: ['repair', 'repair', 'restart', 'stop'],
    ordersPerSecond: 2,
    faults: {
      kinds: ['crash', 'partition', 'disk-full', 'pause'],
      lastingDamage: { of: ['bitRot'] },
      base: { version: 1, damagedHostsMax: 1 },
    },
  },
  /** Clocks that run at any speed: nothing but leases relies on them. */
  {
    name: 'cluster-drifting-clocks',
    members: three,
    leasesPerHundred: 0,
    faults: { kinds: troubleKinds.filter((kind) => kind !== 'wipe') },
  },
  /** Followers are outrun: what they have proposed comes back to them within a snapshot, and another term begins. */
  {
    name: 'cluster-outrun',
    members: three,
    clients: 4,
    keys: 20,
    rate: 60,
    readsPerHundred: 10,
    leasesPerHundred: 0,
    orders: ['outrun'],
    ordersPerSecond: 1.5,
    settings: { snapshots: { logEntries: 8, tailEntries: 2 } },
  },
  /**
   * Leadership goes from hand to hand over slow lines, and little may be under way: what followers propose is refused, comes
   * late, and is sent again to whoever leads by then.
   */
  {
    name: 'cluster-hand-overs',
    members: three,
    clients: 4,
    keys: 20,
    rate: 60,
    readsPerHundred: 20,
    leasesPerHundred: 0,
    orders: ['hand-over', 'hand-over', 'come-back', 'come-back', 'move-leader'],
    ordersPerSecond: 4,
    settings: { limits: { proposals: 12, reads: 6 } },
    faults: {
      kinds: troubleKinds.filter((kind) => kind !== 'wipe' && kind !== 'clock-drift'),
      base: { version: 1, network: { latency: { min: '1ms', max: '60ms' } } },
    },
  },
  /** Leaders are deposed while leases that are kept run out by their clocks, which drift as far as holders allow for. */
  {
    name: 'cluster-leases',
    members: three,
    rate: 20,
    leasesPerHundred: 40,
    renewalsMax: 20,
    isolationMin: 1_500_000,
    drift: 10_000,
    orders: ['hand-over', 'hand-over', 'isolate-leader', 'isolate-leader', 'drift', 'stop'],
    ordersPerSecond: 1.5,
  },
  /** What leases have left is noted all the time, and taken back by renewals; leaders that read the notes take over. */
  {
    name: 'cluster-lease-notes',
    members: three,
    rate: 20,
    leasesPerHundred: 40,
    leaseTtlMin: 3,
    renewalsMax: 8,
    orders: ['hand-over', 'hand-over', 'move-leader', 'isolate-leader', 'stop'],
    ordersPerSecond: 2,
    settings: { leaseCheckpointInterval: '150ms' },
  },
  /** Reads on leases; clocks do not drift. */
  {
    name: 'cluster-lease-reads',
    members: three,
    readsPerHundred: 70,
    rate: 30,
    settings: { reads: 'lease' },
  },
  /** Clients as programs use them, with sessions that are displaced and run out, and watches that are told of all. */
  {
    name: 'cluster-clients',
    members: three,
    outside: ['client-1', 'client-2'],
    clients: 3,
    // Of many writes nobody hears what became of them: on few keys, their orders would be too many to be tried.
    keys: 8,
    rate: 25,
    watchesPerHundred: 4,
    orders: ['compact', 'compact', 'move-leader', 'isolate-leader', 'restart', 'stop'],
    ordersPerSecond: 1.5,
    sessions: { sessionsMax: 5, idleMax: 3_000_000, requestsMax: 4 },
    faults: {
      kinds: troubleKinds.filter((kind) => kind !== 'wipe' && kind !== 'clock-drift'),
      hostsDownMax: 2,
    },
  },
  /** Locks and elections: clients wait in queues, lose patience and ask elsewhere, and hold what they waited for. */
  {
    name: 'cluster-locks',
    members: three,
    outside: ['client-1', 'client-2'],
    clients: 3,
    rate: 8,
    holdsPerHundred: 60,
    orders: ['move-leader', 'isolate-leader', 'restart', 'stop'],
    faults: {
      kinds: troubleKinds.filter((kind) => kind !== 'wipe' && kind !== 'clock-drift'),
      hostsDownMax: 2,
    },
  },
];

/** The scenarios of the cluster that a campaign runs, by name. */
export const clusterScenarios: Readonly<Record<string, Scenario<ClusterOperation, ClusterRun>>> =
  Object.fromEntries(all.map((options) => [options.name, clusterScenario(options)]));
