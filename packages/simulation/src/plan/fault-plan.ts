import type { Duration } from '@holdfast/core';

/**
 * Faults as data, written as JSON. The simulator executes a plan; so will an injector inside a process, and the
 * keeper of real processes. Shares are numbers from 0 to 1.
 */
export interface FaultPlan {
  readonly version: 1;
  /** What the network does all the time. */
  readonly network?: NetworkConditions;
  /** What every disk does all the time. */
  readonly disk?: DiskConditions;
  /**
   * How many hosts may have damage that lasts to the same data at the same time: rotten bits, misdirected writes, and
   * what a lying flush has promised. Default a minority, so that a cluster can survive it; the number of hosts: no
   * limit.
   */
  readonly damagedHostsMax?: number;
  /** Share of rare branches (`Switches`) that are on in this run. Default 0. */
  readonly switches?: number;
  /** What happens at its moment, and for how long. */
  readonly faults?: readonly Fault[];
}

export interface NetworkConditions {
  /** Default 200us to 2ms. */
  readonly latency?: LatencyRange;
  /** Share of messages that get lost. Streams resend, and are late instead. Default 0. */
  readonly loss?: number;
  /** Share of messages that arrive twice. Default 0. */
  readonly duplication?: number;
  /** Share of messages that are held back, so that later ones overtake them. Default 0. */
  readonly reordering?: number;
  /** How long such a message is held back at most. Default 50ms. */
  readonly holdBack?: Duration;
  /**
   * Bytes that a link carries in a second; what is more waits for its turn. A packet's head counts as 40 bytes, a
   * message that is passed by reference, whose size nobody knows, as 256. Default without limit.
   */
  readonly bandwidth?: number;
}

/** `heavy-tailed`: one in twenty takes up to ten times `max`. */
export interface LatencyRange {
  readonly min: Duration;
  readonly max: Duration;
  /** Default `uniform`. */
  readonly distribution?: 'uniform' | 'heavy-tailed';
}

export interface DiskConditions {
  /** Of a read, a write or a flush. Default 50us to 500us. */
  readonly latency?: LatencyRange;
  /**
   * Share of operations that fail with DISK_FAILED. A failed write may have done a part; a failed flush may lose for
   * good what it was to flush, and the next one succeeds all the same. Default 0.
   */
  readonly failedReads?: number;
  readonly failedWrites?: number;
  readonly failedFlushes?: number;
  /** Share of flushes that report success and do nothing: what they should have kept is lost like the rest. Default 0. */
  readonly lyingFlushes?: number;
  /** Share of what is not yet flushed (writes, truncations, names) that a crash loses as a whole. Default 0.5. */
  readonly lostWrites?: number;
  /** Share of the other writes that it tears between sectors; the rest survives. Default 0.5. */
  readonly tornWrites?: number;
  /** Share of writes that go to another place of the same file. Default 0. */
  readonly misdirectedWrites?: number;
  /** Share of writes of which a bit flips later. Default 0. */
  readonly bitRot?: number;
}

/**
 * One fault. `at` counts from the beginning of the storm; it lasts for `for`, or to the end of the storm. A host is
 * a name, or `'@role'` for one that says it has that role when the fault strikes (`'@leader'`), or `'*'`; or
 * `'@role/phase'`, and the fault waits until one is in that phase (`'@leader/transferring'`).
 */
export type Fault = FaultMoment & Trouble;

export interface FaultMoment {
  readonly at: Duration;
  readonly for?: Duration;
}

export type Trouble =
  /** The process ends at once, and starts again when the fault is over. */
  | { readonly kind: 'crash'; readonly host: string }
  /** The process stands still and goes on later, as if no time had passed for it. */
  | { readonly kind: 'pause'; readonly host: string }
  /** The process is slow to act: so long after something comes, it does all that has come by then at once. */
  | { readonly kind: 'slow'; readonly host: string; readonly lag: Duration }
  /** The host's disk is empty after a crash, as with a new machine. */
  | { readonly kind: 'wipe'; readonly host: string }
  /** Groups of hosts cannot reach each other. Hosts in no group are a group of their own. */
  | { readonly kind: 'partition'; readonly groups: readonly (readonly string[])[] }
  /** Nothing gets from one host to another; the other direction works. */
  | { readonly kind: 'cut'; readonly from: string; readonly to: string }
  /** What is sent from one host to another waits until the fault is over. */
  | { readonly kind: 'clog'; readonly from: string; readonly to: string }
  /** The link between two hosts goes down and up, half of `period` each. */
  | { readonly kind: 'flap'; readonly from: string; readonly to: string; readonly period: Duration }
  /** The link from one host to another is worse than the network in general. */
  | ({ readonly kind: 'degrade'; readonly from: string; readonly to: string } & NetworkConditions)
  /** The wall clock jumps by so many milliseconds, either way, and back afterwards. */
  | { readonly kind: 'clock-jump'; readonly host: string; readonly milliseconds: number }
  /** Clocks and timers of the host run faster, or slower where negative. At most 500,000. */
  | { readonly kind: 'clock-drift'; readonly host: string; readonly partsPerMillion: number }
  /** Writes fail with DISK_FULL. */
  | { readonly kind: 'disk-full'; readonly host: string }
  /** The disk is worse than disks in general. */
  | ({ readonly kind: 'disk-trouble'; readonly host: string } & DiskConditions);

/** The kinds of faults that a plan may name. */
export type TroubleKind = Trouble['kind'];
