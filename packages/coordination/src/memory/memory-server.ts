import { Timer, type World } from '@holdfast/core';
import { compareBytes, compareKeys } from '../engine/key-order.ts';
import { coordinationErrors } from '../errors.ts';
import type {
  Compare,
  Entry,
  Operation,
  OperationResult,
  RangeOptions,
  RangeResult,
  Revision,
  Transaction,
  TransactionResult,
  WatchEvent,
} from '../store/coordination-store.ts';
import { type Change, KeySpace, type KeySpaceLimits } from './key-space.ts';
import type { MemoryWatch } from './memory-watch.ts';

export interface MemoryLimits extends KeySpaceLimits {
  readonly bytesMax: number;
}

/** The store that the clients of one process share: what a server is to other engines. */
export class MemoryServer {
  readonly watches: Set<MemoryWatch> = new Set();
  readonly #world: World;
  readonly #bytesMax: number;
  readonly #space: KeySpace;
  readonly #leases = new Map<string, MemoryLease>();
  #leasesGranted = 0;

  constructor(world: World, limits: MemoryLimits) {
    this.#world = world;
    this.#bytesMax = limits.bytesMax;
    this.#space = new KeySpace(limits);
  }

  get revision(): Revision {
    return this.#space.revision;
  }

  get compactRevision(): Revision {
    return this.#space.compactRevision;
  }

  get(key: string, revision: Revision | undefined): Entry | undefined {
    this.#space.checkReadable(revision);
    return copyEntry(this.#space.get(key, revision));
  }

  range(prefix: string, options: RangeOptions = {}): RangeResult {
    this.#space.checkReadable(options.revision);
    const { entries, more } = this.#space.range(prefix, options);
    return { entries: entries.map((entry) => copyEntry(entry)), more, revision: this.revision };
  }

  transact({ compare, then, else: otherwise = [] }: Transaction): TransactionResult {
    const succeeded = compare.every((each) => this.#holds(each));
    const branch = succeeded ? then : otherwise;
    this.#checkRoom(branch);
    const results = branch.map((operation) => this.#perform(operation));
    this.#commit();
    return { succeeded, revision: this.revision, results };
  }

  changeSince(revision: Revision, prefix: string, previous: boolean): Change | Revision {
    const change = this.#space.changeSince(revision, prefix);
    return typeof change === 'number'
      ? change
      : { revision: change.revision, events: change.events.map((event) => copyEvent(event, previous)) };
  }

  compact(revision: Revision): void {
    this.#space.checkReadable(revision);
    this.#space.compact(revision);
  }

  /** The id of a new lease. */
  grant(ttl: number): string {
    const id = `${++this.#leasesGranted}`;
    this.#leases.set(id, new MemoryLease(id, ttl, this));
    this.renew(id);
    return id;
  }

  renew(id: string): number | undefined {
    const lease = this.#leases.get(id);
    if (lease === undefined) return undefined;
    this.#world.timers.arm(lease, this.#world.clock.now() + lease.ttl);
    return lease.ttl;
  }

  /** Ends a lease, and deletes what hangs on it as one change. Does nothing when there is no such lease. */
  revoke(id: string): void {
    const lease = this.#leases.get(id);
    if (lease === undefined) return;
    this.#world.timers.disarm(lease);
    this.#leases.delete(id);
    for (const key of [...lease.keys].sort(compareKeys)) this.#space.delete(key);
    this.#commit();
  }

  #commit(): void {
    if (!this.#space.commit()) return;
    for (const watch of this.watches) watch.wake();
  }

  #holds({ key, target, is, value }: Compare): boolean {
    const entry = this.#space.latest(key);
    if (target !== 'value') return compares((entry?.[target] ?? 0) - value, is);
    return entry !== undefined && compares(compareBytes(entry.value, value), is);
  }

  #perform(operation: Operation): OperationResult {
    switch (operation.do) {
      case 'get': {
        const entry = this.#space.latest(operation.key);
        return { did: 'get', entries: entry === undefined ? [] : [copyEntry(entry)], more: false };
      }
      case 'range': {
        const { entries, more } = this.#space.range(operation.prefix, operation);
        return { did: 'range', entries: entries.map((entry) => copyEntry(entry)), more };
      }
      case 'put':
        this.#put(operation.key, operation.value, operation.lease?.id);
        return { did: 'put' };
      case 'delete':
        return { did: 'delete', deleted: this.#delete(operation.key) ? 1 : 0 };
      case 'deletePrefix': {
        const { entries } = this.#space.range(operation.prefix, {});
        for (const { key } of entries) this.#delete(key);
        return { did: 'deletePrefix', deleted: entries.length };
      }
    }
  }

  #put(key: string, value: Uint8Array, lease: string | undefined): void {
    this.#letGo(this.#space.latest(key));
    this.#space.put(key, value.slice(), lease);
    if (lease !== undefined) this.#leases.get(lease)?.keys.add(key);
  }

  #delete(key: string): boolean {
    this.#letGo(this.#space.latest(key));
    return this.#space.delete(key);
  }

  #letGo(entry: Entry | undefined): void {
    if (entry?.lease !== undefined) this.#leases.get(entry.lease)?.keys.delete(entry.key);
  }

  /** Refuses a change before any of it is done. @throws HoldfastError STORE_FULL, LEASE_LOST. */
  #checkRoom(branch: readonly Operation[]): void {
    let bytes = 0;
    for (const operation of branch) {
      if (operation.do !== 'put') continue;
      const { key, value, lease } = operation;
      if (lease !== undefined && !this.#leases.has(lease.id)) {
        throw coordinationErrors.create('LEASE_LOST', {
          message: `there is no lease ${lease.id}: it expired, was revoked, or is another store's`,
          context: { lease: lease.id },
        });
      }
      bytes += key.length + value.length;
    }
    if (bytes === 0 || this.#space.liveBytes + bytes <= this.#bytesMax) return;
    throw coordinationErrors.create('STORE_FULL', {
      message: `the memory store has no room for ${bytes} bytes more: delete, or raise bytesMax`,
      context: { bytes, liveBytes: this.#space.liveBytes, bytesMax: this.#bytesMax },
    });
  }
}

/** Fires when it expires. */
class MemoryLease extends Timer {
  readonly keys = new Set<string>();
  readonly ttl: number;
  readonly #id: string;
  readonly #server: MemoryServer;

  constructor(id: string, ttl: number, server: MemoryServer) {
    super();
    this.#id = id;
    this.ttl = ttl;
    this.#server = server;
  }

  override fire(): void {
    this.#server.revoke(this.#id);
  }
}

function compares(difference: number, is: Compare['is']): boolean {
  switch (is) {
    case '=':
      return difference === 0;
    case '!=':
      return difference !== 0;
    case '<':
      return difference < 0;
    case '>':
      return difference > 0;
  }
}

/** Callers may write into what they get. */
function copyEntry(entry: Entry): Entry;
function copyEntry(entry: Entry | undefined): Entry | undefined;
function copyEntry(entry: Entry | undefined): Entry | undefined {
  return entry && { ...entry, value: entry.value.slice() };
}

function copyEvent({ kind, key, entry, previous }: WatchEvent, withPrevious: boolean): WatchEvent {
  return {
    kind,
    key,
    entry: copyEntry(entry),
    previous: withPrevious ? copyEntry(previous) : undefined,
  };
}
