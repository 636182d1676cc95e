import {
  currentDeadline,
  type Duration,
  invalidArgument,
  platformWorld,
  throwIfAborted,
  type World,
} from '@holdfast/core';
import {
  checkDelete,
  checkDeletePrefix,
  checkGet,
  checkPut,
  checkRange,
  checkTransaction,
  checkTtl,
  checkWatch,
} from '../engine/check-input.ts';
import { checkClockDrift, HeldLease } from '../engine/held-lease.ts';
import { coordinationErrors } from '../errors.ts';
import type { Capabilities } from '../store/capabilities.ts';
import type {
  CallOptions,
  CoordinationStore,
  DeleteResult,
  Entry,
  GetOptions,
  Lease,
  PutOptions,
  PutResult,
  RangeOptions,
  RangeResult,
  Revision,
  Transaction,
  TransactionResult,
  Watch,
  WatchOptions,
} from '../store/coordination-store.ts';
import { MemoryServer } from './memory-server.ts';
import { MemoryWatch } from './memory-watch.ts';

export interface MemoryStoreOptions {
  /** Default the platform's. */
  readonly world?: World;
  /** Changes that history keeps; the oldest goes when there is one more. Default 10,000. */
  readonly historyMax?: number;
  /** Bytes that history keeps; the oldest changes go when there are more. Default 16 MiB. */
  readonly historyBytesMax?: number;
  /** Bytes of all keys and values. What would make them more is refused with STORE_FULL. Default 64 MiB. */
  readonly bytesMax?: number;
  /** By how many parts per million clocks may be off, which leases allow for. Default 10,000: 1%. */
  readonly clockDriftMax?: number;
}

/** One client of a store in this process. */
export interface MemoryStore extends CoordinationStore {
  /**
   * Another client of the same store, with leases and watches of its own.
   *
   * @param world - of the process that it is in. Default that of this client.
   */
  client(world?: World): MemoryStore;
  /** Forgets history up to `revision`, as an operator would: the state at it is the oldest that can be read. */
  compact(revision: Revision): void;
  /**
   * Ends this client as if its process had been killed: nothing is given up, and its leases run out by themselves. For
   * tests of what others then do.
   */
  crash(): void;
}

const capabilities: Capabilities = {
  engine: 'memory',
  linearizableReads: 'yes',
  transactions: 'any-keys',
  revisions: 'yes',
  leases: 'yes',
  watches: 'complete',
  grade: 'one-process',
  transactionOperationsMax: 128,
  requestBytesMax: 1_572_864,
};

/**
 * A coordination store within this process: for tests, for a single process, and to begin with. It keeps all that the
 * contract promises, and is gone when the process is.
 *
 * @throws HoldfastError INVALID_ARGUMENT for an option that cannot work.
 */
export function memoryStore(options: MemoryStoreOptions = {}): MemoryStore {
  const world = options.world ?? platformWorld();
  const clockDriftMax = checkClockDrift(options.clockDriftMax);
  const server = new MemoryServer(world, {
    historyMax: count('historyMax', options.historyMax ?? 10_000),
    historyBytesMax: count('historyBytesMax', options.historyBytesMax ?? 16 * 1_048_576),
    bytesMax: count('bytesMax', options.bytesMax ?? 64 * 1_048_576),
  });
  return new MemoryClient(server, world, clockDriftMax);
}

class MemoryClient implements MemoryStore {
  readonly capabilities: Capabilities = capabilities;
  readonly #server: MemoryServer;
  readonly #world: World;
  readonly #clockDriftMax: number;
  readonly #leases = new Set<HeldLease>();
  readonly #watches = new Set<MemoryWatch>();
  #closed = false;

  constructor(server: MemoryServer, world: World, clockDriftMax: number) {
    this.#server = server;
    this.#world = world;
    this.#clockDriftMax = clockDriftMax;
  }

  async get(key: string, options?: GetOptions): Promise<Entry | undefined> {
    checkGet(key, options);
    this.#admit('get', options);
    return this.#server.get(key, options?.revision);
  }

  async range(prefix: string, options?: RangeOptions): Promise<RangeResult> {
    checkRange(prefix, options);
    this.#admit('range', options);
    return this.#server.range(prefix, options);
  }

  async put(key: string, value: Uint8Array, options?: PutOptions): Promise<PutResult> {
    checkPut(key, value, options, capabilities);
    this.#admit('put', options);
    const { revision } = this.#server.transact({
      compare: [],
      then: [{ do: 'put', key, value, lease: options?.lease }],
    });
    return { revision };
  }

  async delete(key: string, options?: CallOptions): Promise<DeleteResult> {
    checkDelete(key);
    this.#admit('delete', options);
    return this.#delete({ compare: [], then: [{ do: 'delete', key }] });
  }

  async deletePrefix(prefix: string, options?: CallOptions): Promise<DeleteResult> {
    checkDeletePrefix(prefix);
    this.#admit('deletePrefix', options);
    return this.#delete({ compare: [], then: [{ do: 'deletePrefix', prefix }] });
  }

  async transact(transaction: Transaction, options?: CallOptions): Promise<TransactionResult> {
    checkTransaction(transaction, capabilities);
    this.#admit('transact', options);
    return this.#server.transact(transaction);
  }

  async grantLease(ttl: Duration, options?: CallOptions): Promise<Lease> {
    const micros = checkTtl(ttl);
    this.#admit('grantLease', options);
    const server = this.#server;
    const id = server.grant(micros);
    const lease = new HeldLease({
      world: this.#world,
      id,
      ttl: micros,
      askedAt: this.#world.clock.now(),
      clockDriftMax: this.#clockDriftMax,
      keeping: {
        renew: async () => server.renew(id),
        revoke: async () => server.revoke(id),
        ended: () => this.#leases.delete(lease),
      },
    });
    this.#leases.add(lease);
    lease.keep();
    return lease;
  }

  watch(prefix: string, options?: WatchOptions): Watch {
    checkWatch(prefix, options);
    if (this.#closed) throw storeClosed('watch');
    const watch = new MemoryWatch(this.#server, prefix, options, () => this.#watches.delete(watch));
    this.#watches.add(watch);
    return watch.open();
  }

  client(world: World = this.#world): MemoryStore {
    if (this.#closed) throw storeClosed('client');
    return new MemoryClient(this.#server, world, this.#clockDriftMax);
  }

  compact(revision: Revision): void {
    this.#server.compact(revision);
  }

  crash(): void {
    this.#end('its client has crashed');
  }

  async close(): Promise<void> {
    for (const { id } of this.#end('its client was closed')) this.#server.revoke(id);
  }

  /** Lets go of everything; gives the leases that it held. */
  #end(why: string): readonly Lease[] {
    this.#closed = true;
    const leases = [...this.#leases];
    for (const watch of this.#watches) watch.fail(storeClosed('watch'));
    for (const lease of leases) lease.lose(why);
    return leases;
  }

  #delete(transaction: Transaction): DeleteResult {
    const { results, revision } = this.#server.transact(transaction);
    const [result] = results;
    return { deleted: result !== undefined && 'deleted' in result ? result.deleted : 0, revision };
  }

  /** Calls answer at once, so that a signal and a deadline matter only before. */
  #admit(operation: string, options: CallOptions | undefined): void {
    if (this.#closed) throw storeClosed(operation);
    throwIfAborted(options?.signal, operation);
    if (currentDeadline()?.expired !== true) return;
    throw coordinationErrors.create('REQUEST_TIMED_OUT', {
      message: `${operation} was not begun: its caller's deadline has passed`,
      executed: 'no',
    });
  }
}

function storeClosed(operation: string): Error {
  return coordinationErrors.create('STORE_CLOSED', {
    message: `${operation}: this client of the memory store is closed`,
  });
}

function count(field: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw invalidArgument(field, value, 'a whole number from 1');
}
