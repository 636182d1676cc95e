import type {
  Compare,
  CoordinationStore,
  Entry,
  Lease,
  Operation,
  OperationResult,
} from '@holdfast/coordination';
import { runWithoutDeadline, sleep, type World } from '@holdfast/core';
import { ledgerFenced } from '../../../ledger/ledger-errors.ts';
import { isFull, isPassing, mayBeDone } from '../store-failure.ts';
import { entriesOf } from '../stored-data.ts';

/** What a worker wants to have done: all of it, if all of `compare` hold. */
export interface Commit {
  readonly compare: readonly Compare[];
  readonly then: readonly Operation[];
  /** What it wants to know otherwise. */
  readonly else: readonly Operation[];
}

export interface Committed {
  /** Whether all of `compare` held. */
  readonly succeeded: boolean;
  readonly revision: number;
  /** Of the operations that were done; undefined where they were lost with the answer. */
  readonly results: readonly OperationResult[] | undefined;
}

/** What a transaction has besides what is asked for, in each of its parts at most. */
export const commitOverhead = 2;

/**
 * The changes of one lane of a worker, one after the other, each taken once and only while the worker's key is there. A key
 * of the lane counts them by its version: a transaction compares it with what this worker knows and raises it. So one that
 * comes too late, or a second time, changes nothing; and one whose answer was lost is asked for again, and its count says
 * what became of it. Where a commit ends while an attempt at it may be under way still, the count is raised without it, so
 * that the attempt comes too late. Both keys go with the worker's lease.
 */
export class FencedCommits {
  readonly #store: CoordinationStore;
  readonly #world: World;
  readonly #worker: string;
  readonly #lane: string;
  readonly #lease: Lease;
  readonly #epoch: number;
  readonly #signal: AbortSignal;
  #version = 1;
  /** Whether an attempt with this version may be done yet. */
  #inDoubt = false;
  #last: Promise<unknown> = Promise.resolve();

  /** @param keys - of the worker and of the lane, created at `epoch`. */
  constructor(
    store: CoordinationStore,
    world: World,
    keys: { readonly worker: string; readonly lane: string },
    worker: {
      readonly lease: Lease;
      readonly epoch: number;
      readonly signal: AbortSignal;
    },
  ) {
    this.#store = store;
    this.#world = world;
    this.#worker = keys.worker;
    this.#lane = keys.lane;
    this.#lease = worker.lease;
    this.#epoch = worker.epoch;
    this.#signal = worker.signal;
  }

  /**
   * Repeats it until the store has answered.
   *
   * @throws HoldfastError LEDGER_FENCED when the worker's lease is gone; ABORTED; what the store refuses it with.
   */
  commit(commit: Commit): Promise<Committed> {
    const committed = this.#last.then(() => runWithoutDeadline(() => this.#commit(commit)));
    this.#last = committed.catch(() => {});
    return committed;
  }

  async #commit(commit: Commit): Promise<Committed> {
    if (this.#inDoubt) await this.#overtake();
    const [worker, key] = [this.#worker, this.#lane];
    const version = this.#version;
    let full = false;
    for (let pause = pauseFirst; ; pause = Math.min(pause * 2, pauseMax)) {
      try {
        if (full) {
          const counted = await this.#store.get(key, { signal: this.#signal });
          if (counted !== undefined && counted.version > version) return this.#wasDone(counted.modRevision);
        }
        const { succeeded, revision, results } = await this.#store.transact(
          {
            compare: [...this.#counts(), ...commit.compare],
            then: [{ do: 'put', key, value: nothing, lease: this.#lease }, ...commit.then],
            else: [{ do: 'get', key: worker }, { do: 'get', key }, ...commit.else],
          },
          { signal: this.#signal },
        );
        if (succeeded) {
          this.#raised();
          return { succeeded, revision, results: results.slice(1) };
        }
        const counted = this.#countIn(results);
        if (counted.version !== version) return this.#wasDone(counted.modRevision);
        const doneAt = this.#inDoubt ? await this.#overtake() : undefined;
        if (doneAt !== undefined) return { succeeded: true, revision: doneAt, results: undefined };
        return { succeeded, revision, results: results.slice(2) };
      } catch (error) {
        this.#inDoubt ||= mayBeDone(error);
        // A store that is full refuses a repetition without a look at the count. What comes next would have the same count as
        // an attempt that may have been done, and would be taken for it.
        full = this.#inDoubt && isFull(error);
        if (!full && !isPassing(error)) throw error;
        await sleep(pause, { world: this.#world, signal: this.#signal });
      }
    }
  }

  /**
   * Raises the count, so that what is still under way comes too late. The revision of an attempt that was done before;
   * undefined when none was.
   */
  async #overtake(): Promise<number | undefined> {
    const [worker, key] = [this.#worker, this.#lane];
    for (let pause = pauseFirst; ; pause = Math.min(pause * 2, pauseMax)) {
      try {
        const { succeeded, results } = await this.#store.transact(
          {
            compare: this.#counts(),
            then: [{ do: 'put', key, value: overtaking, lease: this.#lease }],
            else: [
              { do: 'get', key: worker },
              { do: 'get', key },
            ],
          },
          { signal: this.#signal },
        );
        const counted = succeeded ? undefined : this.#countIn(results);
        this.#raised();
        return counted?.value.length === 0 ? counted.modRevision : undefined;
      } catch (error) {
        if (!isFull(error) && !isPassing(error)) throw error;
        await sleep(pause, { world: this.#world, signal: this.#signal });
      }
    }
  }

  #counts(): readonly Compare[] {
    return [
      { key: this.#worker, target: 'createRevision', is: '=', value: this.#epoch },
      { key: this.#lane, target: 'version', is: '=', value: this.#version },
    ];
  }

  /** The lane's key, of what was read because a comparison did not hold. */
  #countIn(results: readonly OperationResult[]): Entry {
    const [living, counted] = results.slice(0, 2).map((result) => entriesOf(result)[0]);
    if (living === undefined || counted === undefined) throw ledgerFenced(this.#epoch);
    return counted;
  }

  #raised(): void {
    this.#version++;
    this.#inDoubt = false;
  }

  /** By an attempt whose answer was lost. */
  #wasDone(revision: number): Committed {
    this.#raised();
    return { succeeded: true, revision, results: undefined };
  }
}

const nothing = new Uint8Array(0);
/** What the lane's key holds once its count was raised without a commit. */
const overtaking = Uint8Array.of(1);
/** Milliseconds between attempts. */
const pauseFirst = 10;
const pauseMax = 500;
