import type { Duration } from '@holdfast/core';
import type { Capabilities } from './capabilities.ts';

/** A point in the history of a store: each change has a greater one than all before it. An empty store is at 1. */
export type Revision = number;

/**
 * Keys with revisions, compare-and-swap transactions, leases and watches: what locks, elections, discovery and
 * configuration stand on. Keys are strings, ordered by their UTF-8 bytes; values are bytes, copied on the way in and out.
 *
 * No call waits longer than its signal, the deadline of its caller (`runWithDeadline`) and the store's `requestTimeout`
 * allow. All fail with `coordinationErrors`, whose `executed` says whether a change may have happened; with ABORTED; or
 * with INVALID_ARGUMENT for what cannot work, before anything is sent.
 */
export interface CoordinationStore {
  /** What this engine really keeps. A recipe refuses an engine that lacks what it needs, when it is made. */
  readonly capabilities: Capabilities;
  /** The entry of `key`, if there is one. Where its revision is needed to go on from, `range` and `transact` tell it. */
  get(key: string, options?: GetOptions): Promise<Entry | undefined>;
  /** The entries whose keys begin with `prefix`, in order of their keys, as of one revision. `''`: all there are. */
  range(prefix: string, options?: RangeOptions): Promise<RangeResult>;
  put(key: string, value: Uint8Array, options?: PutOptions): Promise<PutResult>;
  delete(key: string, options?: CallOptions): Promise<DeleteResult>;
  deletePrefix(prefix: string, options?: CallOptions): Promise<DeleteResult>;
  /**
   * Does `then` if all of `compare` hold, `else` if not: as one change at one revision, which others see whole or not at
   * all. Operations see those before them. A branch may change each key once.
   *
   * @throws HoldfastError TRANSACTION_TOO_LARGE, REQUEST_TOO_LARGE.
   */
  transact(transaction: Transaction, options?: CallOptions): Promise<TransactionResult>;
  /**
   * A lease of at least `ttl`; engines may give more, such as whole seconds. The store keeps it alive until it is revoked
   * or lost, or the store is closed.
   */
  grantLease(ttl: Duration, options?: CallOptions): Promise<Lease>;
  /**
   * The changes of keys that begin with `prefix`, in order, each once, from `options.from` on or from now on. It begins
   * with the call, survives reconnections, and goes on until it is left (`return`, or the end of a `for await`), its
   * signal aborts, or the store is closed: then `next` fails with ABORTED or STORE_CLOSED.
   *
   * A watch whose consumer is slow keeps no more than its engine's bound in this process; what does not fit is read again
   * from the store's history when there is room. Where history that it needs is compacted, the next item says so.
   *
   * @throws HoldfastError INVALID_ARGUMENT, STORE_CLOSED at once.
   */
  watch(prefix: string, options?: WatchOptions): Watch;
  /**
   * Ends all calls and watches with STORE_CLOSED and gives up the leases, if the store answers soon; those it does not
   * hear of run out by themselves. Nothing of it is left running. Closing again does nothing.
   */
  close(): Promise<void>;
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface GetOptions extends CallOptions {
  /** `linearizable`: sees all that was acknowledged before. `stale`: may be older, and cheaper. Default linearizable. */
  readonly consistency?: 'linearizable' | 'stale' | undefined;
  /** As of this revision. Default the latest. @throws HoldfastError REVISION_COMPACTED, REVISION_IN_FUTURE. */
  readonly revision?: Revision | undefined;
}

export interface RangeOptions extends GetOptions {
  /** Entries at most. Default all. */
  readonly limit?: number | undefined;
  /** Only keys after this one: the last key of a page gives the next page, with the `revision` of the first. */
  readonly after?: string | undefined;
}

export interface PutOptions extends CallOptions {
  /** The key goes when this lease does. Default none: an earlier lease of the key is let go. */
  readonly lease?: Lease | undefined;
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
  /** Of the store when it was read, also where `options.revision` asks for an older state. */
  readonly revision: Revision;
}

export interface PutResult {
  readonly revision: Revision;
}

export interface DeleteResult {
  readonly deleted: number;
  /** Of the deletion; of the store as it is where nothing was deleted. */
  readonly revision: Revision;
}

/**
 * `createRevision`, `modRevision` and `version` of a key that is not there are 0. It has no value: a comparison with one
 * does not hold, whichever it is.
 */
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
      /** By bytes, the first that differs deciding. */
      readonly is: '=' | '!=' | '<' | '>';
      readonly value: Uint8Array;
    };

export type Operation =
  | { readonly do: 'get'; readonly key: string }
  | { readonly do: 'range'; readonly prefix: string; readonly limit?: number | undefined }
  | {
      readonly do: 'put';
      readonly key: string;
      readonly value: Uint8Array;
      readonly lease?: Lease | undefined;
    }
  | { readonly do: 'delete'; readonly key: string }
  | { readonly do: 'deletePrefix'; readonly prefix: string };

export interface Transaction {
  /** None: `then` is done. */
  readonly compare: readonly Compare[];
  readonly then: readonly Operation[];
  readonly else?: readonly Operation[] | undefined;
}

export interface TransactionResult {
  /** Whether all of `compare` held. */
  readonly succeeded: boolean;
  /** Of its changes; of the store as it is where it changed nothing. */
  readonly revision: Revision;
  /** One for each operation of the branch taken, in order. */
  readonly results: readonly OperationResult[];
}

export type OperationResult =
  | { readonly did: 'get' | 'range'; readonly entries: readonly Entry[]; readonly more: boolean }
  | { readonly did: 'put' }
  | { readonly did: 'delete' | 'deletePrefix'; readonly deleted: number };

/** A promise of the store to keep what hangs on it while its holder lives. The store keeps it alive by itself. */
export interface Lease {
  readonly id: string;
  /** Microseconds, as granted. */
  readonly ttl: number;
  /**
   * Until when it certainly holds, in this process's monotonic microseconds: counted from before the request that granted
   * or renewed it, less what the clocks may drift apart.
   */
  readonly validUntil: number;
  /**
   * Whether it certainly holds at this instant. Once false, never true again. It reads the clock, so that it is right
   * even where the event loop was blocked and {@link lost} could not be aborted yet.
   */
  readonly held: boolean;
  /** Aborted, with LEASE_LOST, at {@link validUntil} or before: never after the store may have let it expire. */
  readonly lost: AbortSignal;
  /** Gives it up: what hangs on it is deleted, and `lost` is aborted. Resolves once it is gone, also if it was before. */
  revoke(options?: CallOptions): Promise<void>;
}

export interface WatchOptions extends CallOptions {
  /**
   * The first revision wanted; it may lie in the future. Default the one after the latest that the server knows of which
   * takes it on: one that is a little behind tells of changes that were acknowledged shortly before.
   */
  readonly from?: Revision | undefined;
  /** Whether events carry the entry as it was before. Default false. */
  readonly previous?: boolean | undefined;
}

export interface Watch extends AsyncIterableIterator<WatchItem> {
  /**
   * The first revision that it tells of; resolves once the store has taken it on. Read the state as of the one before,
   * and nothing is missed and nothing seen twice.
   */
  readonly started: Promise<Revision>;
  next(): Promise<IteratorResult<WatchItem, undefined>>;
  /** Leaves it: `next` that waits gives no item any more. */
  return(): Promise<IteratorResult<WatchItem, undefined>>;
}

export type WatchItem = WatchChange | WatchCompacted;

/** All changes of one revision that the watch is to see. */
export interface WatchChange {
  readonly kind: 'change';
  readonly revision: Revision;
  /** Each of another key. */
  readonly events: readonly WatchEvent[];
}

export interface WatchEvent {
  readonly kind: 'put' | 'delete';
  readonly key: string;
  /** As it is now; undefined for a deletion. */
  readonly entry: Entry | undefined;
  /** As it was before, if that was asked for, there was one, and history still has it. */
  readonly previous: Entry | undefined;
}

/** Changes from the one awaited up to `revision` may be gone for good. */
export interface WatchCompacted {
  readonly kind: 'compacted';
  /** Read the state as of this one, or a later one: the watch goes on with the one after it. */
  readonly revision: Revision;
}
