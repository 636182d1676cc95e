import type { CoordinationStore, Transaction, TransactionResult, Watch } from '@holdfast/coordination';

/** What a store was asked for. */
export interface StoreCounts {
  gets: number;
  ranges: number;
  transactions: number;
  /** Puts and deletions, within transactions. */
  changes: number;
  /** Gets and ranges within transactions. */
  reads: number;
  watches: number;
  /** Changes that watches told of. */
  told: number;
}

/** Counts what is asked of a store. */
export class CountingStore implements CoordinationStore {
  readonly capabilities: CoordinationStore['capabilities'];
  readonly put: CoordinationStore['put'];
  readonly delete: CoordinationStore['delete'];
  readonly deletePrefix: CoordinationStore['deletePrefix'];
  readonly grantLease: CoordinationStore['grantLease'];
  readonly close: CoordinationStore['close'];
  counts: StoreCounts = noCounts();
  readonly #store: CoordinationStore;

  constructor(store: CoordinationStore) {
    this.#store = store;
    this.capabilities = store.capabilities;
    this.put = store.put.bind(store);
    this.delete = store.delete.bind(store);
    this.deletePrefix = store.deletePrefix.bind(store);
    this.grantLease = store.grantLease.bind(store);
    this.close = store.close.bind(store);
  }

  /** What `work` asks for, and nothing before. */
  async during(work: () => Promise<unknown>): Promise<StoreCounts> {
    this.counts = noCounts();
    await work();
    return this.counts;
  }

  get: CoordinationStore['get'] = (key, options) => {
    this.counts.gets++;
    return this.#store.get(key, options);
  };

  range: CoordinationStore['range'] = (prefix, options) => {
    this.counts.ranges++;
    return this.#store.range(prefix, options);
  };

  async transact(transaction: Transaction): Promise<TransactionResult> {
    const result = await this.#store.transact(transaction);
    this.counts.transactions++;
    for (const { did } of result.results) {
      if (did === 'get' || did === 'range') this.counts.reads++;
      else this.counts.changes++;
    }
    return result;
  }

  watch: CoordinationStore['watch'] = (prefix, options): Watch => {
    this.counts.watches++;
    const watch = this.#store.watch(prefix, options);
    const next = watch.next.bind(watch);
    watch.next = async () => {
      const item = await next();
      if (item.done !== true) this.counts.told++;
      return item;
    };
    return watch;
  };
}

function noCounts(): StoreCounts {
  return { gets: 0, ranges: 0, transactions: 0, changes: 0, reads: 0, watches: 0, told: 0 };
}
