import type { LeaseDirectory } from './leases/lease-directory.ts';
import type { MemberDirectory } from './member-directory.ts';

/**
 * The replicated state as the member that drives it sees it. Deterministic: the same commands at the same indexes give
 * the same state, byte for byte, on every member. No clock, no randomness, no I/O.
 */
export interface StateMachine {
  /**
   * Applies a committed command, as `encodeCommand` wrote it. Returns what its proposer is answered: also a refusal is an
   * answer. Never throws for what a command says; a command of an unknown version or kind is a broken invariant.
   * `time` is the cluster's own: microseconds that never fall, written into the log by whoever proposed it.
   */
  apply(command: Uint8Array, index: number, term: number, time: number): Applied;
  /** What is known of the members. */
  readonly members: MemberDirectory;
  /** The revision of the latest change of a key. */
  readonly revision: number;
  /** What counts against the quota, in bytes, and the memory that it takes. */
  readonly bytesInUse: number;
  readonly bytesReserved: number;
  readonly leases: LeaseDirectory;
  /** The index of the last entry that it knows of: `apply` and `skip` move it. */
  readonly appliedIndex: number;
  /** An entry that changes nothing here (blank, configuration) has been passed. */
  skip(index: number, term: number): void;
  /**
   * The state as it is now, to be read while it moves on: takes constant time, copies nothing that grows with the state.
   * Compaction keeps what it needs until it is released.
   */
  snapshot(): StateSnapshot;
  /** Begins to read a snapshot in place of the present state, which stays until `finish`. */
  restore(): StateRestore;
  /** Set by the driver: called when `idle` has got something to do, also from within `apply`. */
  onWork: (() => void) | undefined;
  /**
   * Spends up to about `micros` on work that can wait (taking apart what is compacted, catching watchers up). True when
   * there is more.
   */
  idle(micros: number, now: () => number): boolean;
}

/** What became of a command. */
export interface Applied {
  /** The store's revision after it. */
  readonly revision: number;
  /** The response message (such as `PutResponse`, whose header says only the revision), or the refusal. */
  readonly result: { readonly response: unknown } | { readonly refusal: EtcdRefusal };
}

/** An error of etcd's API: its gRPC code and its exact message, which clients match. */
export interface EtcdRefusal {
  readonly code: number;
  readonly message: string;
}

export interface StateSnapshot {
  readonly index: number;
  readonly term: number;
  readonly revision: number;
  /** About how many bytes it will be; for progress only. */
  readonly bytesEstimate: number;
  /** The next piece, of about `bytes` bytes; undefined at the end. Takes time in proportion to `bytes`. */
  next(bytes: number): Uint8Array | undefined;
  release(): void;
}

export interface StateRestore {
  /** Takes the next bytes, cut anywhere. @throws HoldfastError SNAPSHOT_MALFORMED. */
  write(bytes: Uint8Array): void;
  /** Puts what was read in place of the state. Watchers from before go on from its revision or learn that they cannot. */
  finish(): void;
}
