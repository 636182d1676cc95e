import {
  AbortableWait,
  type Duration,
  invalidArgument,
  platformWorld,
  sleep,
  throwIfAborted,
  toPositiveMicros,
  type World,
} from '@holdfast/core';
import type { Transactor } from '../outbox/transactor.ts';
import type { Checkpoints } from './checkpoints.ts';
import type { EventPage, EventStore, StoredEvent } from './event-store.ts';

/** A view of the events, made of them one by one in the global order. */
export interface Projection<Transaction> {
  /** Of its checkpoint. A changed view takes a new name: it is built beside the former one. */
  readonly name: string;
  /** Only events of streams whose names begin with it. Default all. */
  readonly prefix?: string | undefined;
  /**
   * Makes the event part of the view, in the transaction that moves the checkpoint: each event counts exactly once. What
   * it does outside the transaction may happen again.
   */
  apply(transaction: Transaction, event: StoredEvent): void | Promise<void>;
  /** Empties the view, in the transaction that takes the checkpoint back to the beginning. Needed by `rebuild`. */
  reset?(transaction: Transaction): void | Promise<void>;
}

export interface ProjectionOptions<Transaction> {
  readonly store: EventStore;
  /** Of the database that has the view. */
  readonly transactor: Transactor<Transaction>;
  readonly checkpoints: Checkpoints<Transaction>;
  /** Events at most in one transaction, 1 to 1,000. Default 100. */
  readonly batch?: number | undefined;
  /** The longest pause before it tries again what failed. The first is a hundredth of it. Default '10s'. */
  readonly retryMax?: Duration | undefined;
  /** Hears of each failure, before it tries again. Default nobody does; it shows in the status. */
  readonly onFailure?: ((error: unknown) => void) | undefined;
  /** Default the platform's. */
  readonly world?: World | undefined;
}

/**
 * `live`: it has all events there are. `failing`: an event could not be applied, or the database not be reached; it tries
 * again, and goes no further until that works. `closed`.
 */
export type ProjectionStatus = 'catching-up' | 'live' | 'failing' | 'closed';

/** A projection at work. */
export interface RunningProjection {
  readonly name: string;
  readonly status: ProjectionStatus;
  /** All events up to here are part of the view. */
  readonly position: number;
  /** Why it is failing. */
  readonly failure: unknown;
  /** Resolves once the view has the event of that position: to read what one has just written. */
  reached(position: number, signal?: AbortSignal): Promise<void>;
  /** Empties the view and makes it anew from the first event. @throws HoldfastError INVALID_ARGUMENT without `reset`. */
  rebuild(signal?: AbortSignal): Promise<void>;
  /** Stops after what is under way. Nothing of it is left running. */
  close(): Promise<void>;
}

/**
 * Runs a projection: from its checkpoint to the last event, then on with those to come. Several processes may run one of a
 * name: each batch is applied by one of them.
 *
 * @throws HoldfastError INVALID_ARGUMENT.
 */
export function runProjection<Transaction>(
  projection: Projection<Transaction>,
  options: ProjectionOptions<Transaction>,
): RunningProjection {
  const { name } = projection;
  if (typeof name !== 'string' || name === '' || name.length > 200) {
    throw invalidArgument('projection.name', name, 'a string of 1 to 200 characters');
  }
  const { batch = 100, retryMax = '10s', world = platformWorld() } = options;
  if (!(Number.isSafeInteger(batch) && batch >= 1 && batch <= 1_000)) {
    throw invalidArgument('batch', batch, 'a whole number from 1 to 1,000');
  }
  return new Runner(projection, options, batch, toPositiveMicros(retryMax, 'retryMax'), world);
}

class Runner<Transaction> implements RunningProjection {
  readonly name: string;
  status: ProjectionStatus = 'catching-up';
  position = 0;
  failure: unknown;
  readonly #projection: Projection<Transaction>;
  readonly #options: ProjectionOptions<Transaction>;
  readonly #batch: number;
  readonly #retryMax: number;
  readonly #world: World;
  readonly #over = new AbortController();
  readonly #waits = new Map<AbortableWait, number>();
  readonly #done: Promise<void>;
  /** Aborted when the checkpoint was moved by others: the subscription begins anew from there. */
  #moved = new AbortController();

  constructor(
    projection: Projection<Transaction>,
    options: ProjectionOptions<Transaction>,
    batch: number,
    retryMax: number,
    world: World,
  ) {
    this.name = projection.name;
    this.#projection = projection;
    this.#options = options;
    this.#batch = batch;
    this.#retryMax = retryMax;
    this.#world = world;
    this.#done = this.#run();
  }

  async reached(position: number, signal?: AbortSignal): Promise<void> {
    throwIfAborted(signal, 'reached');
    throwIfAborted(this.#over.signal, 'reached');
    if (this.position >= position) return;
    const wait = new AbortableWait('reached', signal);
    this.#waits.set(wait, position);
    try {
      await wait.promise;
    } finally {
      this.#waits.delete(wait);
    }
  }

  async rebuild(signal?: AbortSignal): Promise<void> {
    const { reset } = this.#projection;
    if (reset === undefined) {
      throw invalidArgument('projection.reset', reset, 'a function that empties the view');
    }
    const { transactor, checkpoints } = this.#options;
    for (let moved = false; !moved; ) {
      moved = await transactor.transact(async (transaction) => {
        const from = await checkpoints.read(transaction, this.name);
        await reset.call(this.#projection, transaction);
        return checkpoints.advance(transaction, this.name, from, 0);
      }, signal);
    }
    this.position = 0;
    this.status = 'catching-up';
    this.#moved.abort();
  }

  async close(): Promise<void> {
    this.#over.abort();
    this.#moved.abort();
    await this.#done;
  }

  async #run(): Promise<void> {
    const { signal } = this.#over;
    let pause = this.#retryMax / 100;
    while (!signal.aborted) {
      this.#moved = new AbortController();
      try {
        await this.#follow(this.#moved.signal, () => {
          pause = this.#retryMax / 100;
        });
      } catch (error) {
        if (signal.aborted) break;
        if (this.#moved.signal.aborted) continue;
        this.status = 'failing';
        this.failure = error;
        this.#options.onFailure?.(error);
        await sleep(`${Math.ceil(pause)}us`, { world: this.#world, signal }).catch(() => {});
        pause = Math.min(pause * 2, this.#retryMax);
      }
    }
    this.status = 'closed';
    for (const wait of this.#waits.keys()) wait.onAbort('the projection is closed');
  }

  /** Applies page after page, until something fails or the checkpoint was moved. */
  async #follow(moved: AbortSignal, onProgress: () => void): Promise<void> {
    const { store, transactor, checkpoints } = this.#options;
    let position = await transactor.transact((transaction) => checkpoints.read(transaction, this.name));
    const { prefix } = this.#projection;
    this.#reach(position);
    const { events, more } = await store.readAll({ after: position, prefix, limit: 1 });
    this.status = more || events.length > 0 ? 'catching-up' : 'live';
    const subscription = store.subscribe({ after: position, prefix, limit: this.#batch, signal: moved });
    try {
      for await (const page of subscription) {
        // After a failure one by one, so that all goes on up to the event that fails.
        for (const part of this.failure === undefined ? [page] : singly(page)) {
          if (!(await this.#apply(position, part))) return;
          position = part.position;
          onProgress();
          this.#reach(position);
        }
        this.status = page.more ? 'catching-up' : 'live';
        this.failure = undefined;
      }
    } finally {
      await subscription.return?.();
    }
  }

  /** False when the checkpoint was moved by another one: nothing is done then. */
  async #apply(from: number, page: EventPage): Promise<boolean> {
    const { transactor, checkpoints } = this.#options;
    try {
      await transactor.transact(async (transaction) => {
        if (!(await checkpoints.advance(transaction, this.name, from, page.position))) throw movedByAnother;
        for (const event of page.events) await this.#projection.apply(transaction, event);
      });
      return true;
    } catch (error) {
      if (error === movedByAnother) return false;
      throw error;
    }
  }

  #reach(position: number): void {
    this.position = position;
    for (const [wait, wanted] of this.#waits) if (wanted <= position) wait.resolve();
  }
}

function singly({ events, position, more }: EventPage): EventPage[] {
  return events.map((event, index) => ({
    events: [event],
    position: index === events.length - 1 ? position : event.position,
    more,
  }));
}

/** Rolls a transaction back whose events another one has applied. */
const movedByAnother = new Error('the checkpoint was moved');
