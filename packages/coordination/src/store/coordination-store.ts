import type { Duration } from '@holdfast/core';
import type { Capabilities } from './capabilities.ts';

/** A point in the history of a store: each change has a greater one than all before it. Starts at 1. */
export type Revision = number;

/**
 * Keys with revisions, compare-and-swap transactions, leases and watches: what locks, elections, discovery and
 * configuration stand on. Keys are strings, ordered by their UTF-8 bytes; values are bytes. Every call takes a signal and
 * otherwise waits no longer than the deadline of its caller or, where there is none, the store's `requestTimeout`.
 */
export interface CoordinationStore {
  /** What this engine really keeps. A recipe refuses an engine that lacks what it needs, when it is made. */
  readonly capabilities: Capabilities;
  get(key: string, options?: ReadOptions): Promise<Entry | undefined>;
  /** The entries whose keys begin with `prefix`, in order of their keys, as of one revision. */
  range(prefix: string, options?: RangeOptions): Promise<RangeResult>;
  put(key: string, value: Uint8Array, options?: PutOptions): Promise<PutResult>;
  /** Whether there was such a key. */
  delete(key: string, options?: CallOptions): Promise<DeleteResult>;
  deletePrefix(prefix: string, options?: CallOptions): Promise<DeleteResult>;
  /** Does `then` if all of `compare` hold, `else` if not, as one change at one revision. */
  transact(transaction: Transaction, options?: CallOptions): Promise<TransactionResult>;
  /** @throws HoldfastError INVALID_ARGUMENT for a `ttl` that the engine cannot keep. */
  grantLease(ttl: Duration, options?: CallOptions): Promise<Lease>;
  /**
   * The changes of keys that begin with `prefix`, in order, each once, from `options.from` on or from now on. It survives
   * reconnections. Where the history that it needs is compacted, the next item says so, with the revision from which the
   * store can be read anew; then it goes on from there.
   */
  watch(prefix: string, options?: WatchOptions): AsyncIterable<WatchItem>;
  close(): Promise<void>;
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface ReadOptions extends CallOptions {
  /** `linearizable`: sees all that was acknowledged before. `stale`: may be older, and cheaper. Default linearizable. */
  readonly consistency?: 'linearizable' | 'stale';
}

export interface RangeOptions extends ReadOptions {
  /** Entries at most. Default all. */
  readonly limit?: number;
  /** As of this revision. Default the latest. @throws HoldfastError REVISION_COMPACTED. */
  readonly revision?: Revision;
}

export interface PutOptions extends CallOptions {
  /** The key goes when this lease does. Default none: an earlier lease of the key is let go. */
  readonly lease?: Lease;
}

export interface Entry {
  readonly key: string;
  readonly value: Uint8Array;
  readonly createRevision: Revision;
  readonly modRevision: Revision;
  /** Changes since it was created, from 1. */
  readonly version: number;
  /** The id of its lease, where it has one. */
  readonly lease: string | undefined;
}

export interface RangeResult {
  readonly entries: readonly Entry[];
  /** There are more than `limit`. */
  readonly more: boolean;
  readonly revision: Revision;
}

export interface PutResult {
  readonly revision: Revision;
}

export interface DeleteResult {
  readonly deleted: number;
  readonly revision: Revision;
}

/** `createRevision`, `modRevision` and `version` of a key that is not there are 0. */
export type Compare =
  | {
      readonly key: string;
      readonly target: 'createRevision' | 'modRevision' | 'version';
      readonly is: '=' | '!=' | '<' | '>';
      readonly value: number;
    }
  | {
      readonly key: string;
      readonly target: 'value';
      readonly is: '=' | '!=' | '<' | '>';
      readonly value: Uint8Array;
    };

export type Operation =
  | { readonly do: 'get'; readonly key: string }
  | { readonly do: 'range'; readonly prefix: string; readonly limit?: number }
  | { readonly do: 'put'; readonly key: string; readonly value: Uint8Array; readonly lease?: Lease }
  | { readonly do: 'delete'; readonly key: string }
  | { readonly do: 'deletePrefix'; readonly prefix: string };

export interface Transaction {
  readonly compare: readonly Compare[];
  readonly then: readonly Operation[];
  readonly else?: readonly Operation[];
}

export interface TransactionResult {
  /** Whether all of `compare` held. */
  readonly succeeded: boolean;
  readonly revision: Revision;
  /** One for each operation of the branch taken, in order. */
  readonly results: readonly OperationResult[];
}

export type OperationResult =
  | { readonly did: 'get' | 'range'; readonly entries: readonly Entry[]; readonly more: boolean }
  | { readonly did: 'put' }
  | { readonly did: 'delete'; readonly deleted: number };

/** A promise of the store to keep what hangs on it while its holder lives. The store keeps it alive by itself. */
export interface Lease {
  readonly id: string;
  /** Microseconds. */
  readonly ttl: number;
  /**
   * Until when it certainly holds, in this process's monotonic microseconds: counted from before the request that granted
   * or renewed it, less what the clocks may drift apart.
   */
  readonly validUntil: number;
  /** Aborted, with LEASE_LOST, at {@link validUntil} or before: never after the store may have let it expire. */
  readonly lost: AbortSignal;
  /** Gives it up: what hangs on it is deleted. `lost` is aborted as well. */
  revoke(options?: CallOptions): Promise<void>;
}

export interface WatchOptions extends CallOptions {
  /** The first revision wanted. Default the one after the latest. */
  readonly from?: Revision;
  /** Whether events carry the entry as it was before. Default false. */
  readonly previous?: boolean;
}

export type WatchItem = WatchChange | WatchCompacted;

/** All changes of one revision that the watch is to see. */
export interface WatchChange {
  readonly kind: 'change';
  readonly revision: Revision;
  readonly events: readonly WatchEvent[];
}

export interface WatchEvent {
  readonly kind: 'put' | 'delete';
  readonly key: string;
  /** As it is now; undefined for a deletion. */
  readonly entry: Entry | undefined;
  readonly previous: Entry | undefined;
}

/** Events from the one awaited up to before `revision` are gone for good. */
export interface WatchCompacted {
  readonly kind: 'compacted';
  /** From here on the watch is whole again: read the state as of this one, then go on. */
  readonly revision: Revision;
}
