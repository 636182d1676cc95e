import type { JournalReport } from '@holdfast/storage';
import type { PeerFigures } from '@holdfast/transport';
import type { Applied, StateSnapshot } from '../state/state-machine.ts';
import type { ClusterReport } from './inspection/cluster-report.ts';

/** One running member as the services and the command line see it. All waits end with the signal, or with a refusal. */
export interface ClusterMember {
  /** 16 hexadecimal digits: etcd's 64-bit member id, and the name within Raft. */
  readonly id: string;
  readonly clusterId: string;
  readonly name: string;
  /**
   * Has a command decided and applied, wherever the leader is; resolves once it is applied here. `command` as
   * `encodeCommand` gives it, without its origin, which the member adds.
   *
   * @throws HoldfastError REQUEST_TIMED_OUT (executed maybe), LEADER_CHANGED, NO_LEADER, TOO_MANY_REQUESTS,
   * MEMBER_STOPPED, ABORTED.
   */
  propose(command: Uint8Array, options?: RequestOptions): Promise<Applied>;
  /**
   * Resolves when the state here holds all that was committed when it was called. Calls that wait together share a round.
   *
   * @throws HoldfastError REQUEST_TIMED_OUT (executed no), TOO_MANY_REQUESTS, MEMBER_STOPPED, ABORTED.
   */
  readBarrier(options?: RequestOptions): Promise<void>;
  /** Renews a lease at the leader; its full seconds, or 0 when there is no such lease. */
  renewLease(id: bigint, options?: RequestOptions): Promise<number>;
  /** Seconds that a lease has left, as the leader counts; -1 when there is no such lease. */
  leaseTimeLeft(id: bigint, options?: RequestOptions): Promise<number>;
  /**
   * Resolves when it is done and this member knows of it; the same for the three after it.
   *
   * @throws EtcdError what etcd refuses.
   */
  addMember(
    peerUrls: readonly string[],
    learner: boolean,
    options?: RequestOptions,
  ): Promise<MemberDescription>;
  removeMember(id: string, options?: RequestOptions): Promise<void>;
  updateMember(id: string, peerUrls: readonly string[], options?: RequestOptions): Promise<void>;
  promoteMember(id: string, options?: RequestOptions): Promise<void>;
  members(): readonly MemberDescription[];
  /** Hands leadership to `to`, or to the fittest. Resolves when it has moved. */
  moveLeader(to: string | undefined, options?: RequestOptions): Promise<void>;
  /** The state as it is now; the caller releases it. */
  snapshot(): StateSnapshot;
  status(): MemberStatus;
  /** Asks every member how it is. Never rejects: who does not answer in time is unreachable. */
  report(): Promise<Omit<ClusterReport, 'alarms'>>;
  /** What the links to the other members carry. */
  links(): readonly PeerFigures[];
  /** What the files of its journal hold, while it goes on; undefined where there are none. */
  inspectJournal(options?: { readonly snapshotData?: boolean }): Promise<JournalReport | undefined>;
  /** Microseconds of the cluster's own time, as far as this member knows it: what it would write into the log now. */
  clusterTime(): number;
  /** Calls `listener` when the leader is gained, lost or another; returns what ends that. */
  onLeaderChange(listener: (leader: string | undefined) => void): () => void;
  /** Hands over leadership if it has it, finishes what is under way, and lets go of everything. */
  stop(options?: StopOptions): Promise<void>;
  /** Settles when it has stopped: rejects with what made it stop by itself (a failing disk, damage, its removal). */
  readonly stopped: Promise<void>;
}

export interface RequestOptions {
  readonly signal?: AbortSignal | undefined;
  /** Microseconds from now at most. Default the member's `requestTimeout`. */
  readonly timeout?: number | undefined;
}

export interface StopOptions {
  /** Microseconds for handing over and finishing. Default 5 s. */
  readonly grace?: number;
}

export interface MemberDescription {
  readonly id: string;
  /** Empty until it has started once. */
  readonly name: string;
  readonly peerUrls: readonly string[];
  /** Empty until it has started once. */
  readonly clientUrls: readonly string[];
  readonly learner: boolean;
}

export interface MemberStatus {
  readonly role: 'leader' | 'follower' | 'candidate' | 'pre-candidate' | 'learner';
  readonly term: number;
  readonly leader: string | undefined;
  readonly commitIndex: number;
  readonly appliedIndex: number;
  readonly lastIndex: number;
  /** The oldest log entry kept. */
  readonly firstIndex: number;
  readonly revision: number;
  /** Bytes that the state takes, counted against the quota, and those of it in use. */
  readonly stateBytes: number;
  readonly stateBytesInUse: number;
  readonly readOnly: boolean;
  readonly leaderChanges: number;
  readonly proposalsPending: number;
  readonly proposalsFailed: number;
  readonly proposalsApplied: number;
  readonly slowApplies: number;
  readonly slowReads: number;
  /** Reads that were refused, or ran out of time. */
  readonly readsFailed: number;
}
