import {
  type Capabilities,
  type CoordinationStore,
  coordinationErrors,
  type MemoryStore,
  type RangeOptions,
  type Transaction,
  type TransactionResult,
  type Watch,
  type WatchItem,
  type WatchOptions,
} from '@holdfast/coordination';
import { type Random, sleep, type World } from '@holdfast/core';

/** What befalls a worker's changes. Others only take their time. */
export interface Troubles {
  /** Parts of a thousand that are not done, and say that it is unknown. */
  readonly lost: number;
  /** That are done, and say so. */
  readonly unanswered: number;
  /** That say so, and are done a while later. */
  readonly late: number;
  /** Changes that a watch keeps to itself: it says that they are compacted. */
  readonly compacted: number;
  /** Operations of a transaction that it takes, whatever its capabilities say. */
  readonly operationsMax: number;
}

/** A store in memory that is some way off, and loses what can be lost. */
export class TroubledStore implements CoordinationStore {
  readonly capabilities: Capabilities;
  readonly #store: MemoryStore;
  readonly #world: World;
  readonly #random: Random;
  readonly #troubles: Troubles;

  constructor(store: MemoryStore, world: World, random: Random, troubles: Troubles) {
    this.capabilities = store.capabilities;
    this.#store = store;
    this.#world = world;
    this.#random = random;
    this.#troubles = troubles;
  }

  get: CoordinationStore['get'] = (key, options) => this.#far(() => this.#store.get(key, options));
  put: CoordinationStore['put'] = (key, value, options) =>
    this.#far(() => this.#store.put(key, value, options));
  delete: CoordinationStore['delete'] = (key, options) => this.#far(() => this.#store.delete(key, options));
  deletePrefix: CoordinationStore['deletePrefix'] = (prefix, options) =>
    this.#far(() => this.#store.deletePrefix(prefix, options));
  grantLease: CoordinationStore['grantLease'] = (ttl, options) => this.#store.grantLease(ttl, options);

  /** Pages are small: so more than one is asked for. */
  range: CoordinationStore['range'] = (prefix, options: RangeOptions = {}) => {
    const limit = Math.min(options.limit ?? Number.POSITIVE_INFINITY, 3);
    return this.#far(() =>
      this.#store.range(prefix, options.limit === undefined ? options : { ...options, limit }),
    );
  };

  async transact(transaction: Transaction): Promise<TransactionResult> {
    const { lost, unanswered, late, operationsMax } = this.#troubles;
    const { compare, then, else: otherwise = [] } = transaction;
    if (Math.max(compare.length, then.length, otherwise.length) > operationsMax)
      throw coordinationErrors.create('TRANSACTION_TOO_LARGE', { message: 'too large' });
    const isChange = compare.some(({ key, target }) => target === 'version' && key.includes('batch/'));
    const drawn = isChange ? this.#random.below(1_000) : 1_000;
    await this.#way();
    if (drawn < lost) throw unknown();
    if (drawn < lost + late) {
      this.#way()
        .then(() => this.#way())
        .then(() => this.#store.transact(transaction))
        .catch(() => {});
      throw unknown();
    }
    const result = await this.#store.transact(transaction);
    await this.#way();
    if (drawn < lost + late + unanswered) throw unknown();
    return result;
  }

  watch(prefix: string, options?: WatchOptions): Watch {
    const watch = this.#store.watch(prefix, options);
    const next = watch.next.bind(watch);
    watch.next = async (): Promise<IteratorResult<WatchItem, undefined>> => {
      const item = await next();
      if (item.done === true) return item;
      await this.#way();
      if (this.#random.below(1_000) >= this.#troubles.compacted) return item;
      return { done: false, value: { kind: 'compacted', revision: item.value.revision } };
    };
    return watch;
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  async #far<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    await this.#way();
    const answer = await ask();
    await this.#way();
    return answer;
  }

  #way(): Promise<void> {
    return sleep(this.#random.below(8), { world: this.#world });
  }
}

function unknown(): Error {
  return coordinationErrors.create('OUTCOME_UNKNOWN', { message: 'the answer was lost' });
}
