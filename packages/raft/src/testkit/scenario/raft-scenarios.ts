import { type Scenario, troubleKinds } from '@holdfast/simulation';
import { defaultOrders } from './draw-operations.ts';
import type { RaftOperation } from './raft-operation.ts';
import type { RaftRun } from './raft-run.ts';
import { raftScenario } from './raft-scenario.ts';
import type { RaftScenarioOptions } from './raft-scenario-options.ts';

const three = ['member-1', 'member-2', 'member-3'];
const five = [...three, 'member-4', 'member-5'];

/** Clocks drift no more than leases allow for. */
const leaseDriftMax = 300_000;
/** Somebody reads all the time, also where a leader does not know yet that it is none. */
const manyReads = { clients: 6, keys: 1, rate: 50, readsPerHundred: 80 };
const kindsBesidesDrift = troubleKinds.filter((kind) => kind !== 'clock-drift' && kind !== 'wipe');

const all: readonly RaftScenarioOptions[] = [
  { name: 'raft-five', voters: five },
  { name: 'raft-three', voters: three, clients: 5 },
  /** As in the paper: no pre-votes, and leaders that lead on without a majority. */
  { name: 'raft-plain', voters: five, settings: { preVote: false, checkQuorum: false } },
  { name: 'raft-learner', voters: three, learners: ['member-4'] },
  { name: 'raft-witness', voters: three, witnesses: ['member-3'] },
  {
    name: 'raft-membership',
    voters: three,
    spares: ['member-4', 'member-5'],
    orders: ['change-members', 'change-members', 'leave-joint', ...defaultOrders],
  },
  { name: 'raft-lost-disks', voters: five, orders: ['lose-disk', 'transfer', 'isolate-leader'] },
  /** Leases rest on clocks that drift less than they are set to allow for. */
  {
    name: 'raft-lease',
    voters: three,
    ...manyReads,
    orders: ['drift', 'isolate-leader'],
    ordersPerSecond: 1,
    drift: leaseDriftMax,
    settings: { reads: 'lease', clockDriftMax: leaseDriftMax },
    faults: { kinds: kindsBesidesDrift },
  },
  /** Clocks do not drift, and leases last as long as they may; leaders lose touch at the worst moments. */
  {
    name: 'raft-lease-late',
    voters: three,
    ...manyReads,
    orders: ['fumble-transfer'],
    ordersPerSecond: 1,
    settings: { reads: 'lease', clockDriftMax: 0 },
    faults: {
      kinds: kindsBesidesDrift,
      base: { version: 1, network: { latency: { min: '1ms', max: '5ms' } } },
    },
  },
  /** Followers restart as their leader is cut off, and hardly anything is written, so that anybody could be elected. */
  {
    name: 'raft-lease-abandoned',
    voters: three,
    ...manyReads,
    readsPerHundred: 95,
    orders: ['abandon'],
    settings: { reads: 'lease', clockDriftMax: 0 },
    faults: {
      kinds: kindsBesidesDrift,
      base: { version: 1, network: { latency: { min: '1ms', max: '5ms' } } },
    },
  },
  /** Leaders are deposed without knowing it, and seldom ask anybody whether they still lead, but for reads. */
  {
    name: 'raft-deposed',
    voters: three,
    ...manyReads,
    orders: ['fumble-transfer'],
    settings: { heartbeatInterval: 300_000 },
    faults: { base: { version: 1, network: { latency: { min: '1ms', max: '5ms' } } } },
  },
  /** Disks that rot, write elsewhere, lie, fail and fill up: members refuse damaged ones, and join anew. */
  {
    name: 'raft-damaged-disks',
    voters: five,
    orders: [],
    faults: {
      kinds: ['crash', 'partition', 'disk-trouble', 'disk-full', 'pause'],
      lastingDamage: {},
    },
  },
  /** Writes are under way for long, while terms and leaders change. */
  {
    name: 'raft-slow-disks',
    voters: three,
    orders: ['campaign', 'campaign', ...defaultOrders],
    settings: { preVote: false, checkQuorum: false },
    faults: { base: { version: 1, disk: { latency: { min: '1ms', max: '40ms' } } } },
  },
  /** Clients ask again before they can have been answered: most commands are in the log several times. */
  {
    name: 'raft-retries',
    voters: three,
    clients: 3,
    keys: 2,
    rate: 60,
    retryAfter: 15_000,
    orders: ['restart', 'transfer', 'isolate-leader'],
    faults: { base: { version: 1, network: { latency: { min: '1ms', max: '40ms' } } } },
  },
  /** Small limits everywhere: queues are full, followers are throttled, snapshots come in many pieces. */
  {
    name: 'raft-limits',
    voters: three,
    settings: {
      appendBytesMax: 200,
      inflightMessagesMax: 2,
      inflightBytesMax: 400,
      uncommittedBytesMax: 600,
      applyBytesMax: 300,
      readsMax: 2,
      chunkBytesMax: 64,
    },
  },
];

/** The scenarios of Raft that a campaign runs, by name. */
export const raftScenarios: Readonly<Record<string, Scenario<RaftOperation, RaftRun>>> = Object.fromEntries(
  all.map((options) => [options.name, raftScenario(options)]),
);
