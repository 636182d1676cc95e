import {
  type AsyncContext,
  captureAsyncContext,
  type HoldfastError,
  operationsObserved,
  sleep,
  type World,
} from '@holdfast/core';
import type { LedgerKeys } from '../ledger-keys.ts';
import { isTooLarge, ledgerFailure } from '../store-failure.ts';
import { entriesOf } from '../stored-data.ts';
import { type BatchLimits, type Change, commitOf, halfOf, isSmall, takeBatch } from './change-batch.ts';
import { exitWith } from './change-scope.ts';
import type { Committed, FencedCommits } from './fenced-commits.ts';

export interface LanesHost {
  /** These changes are done. Called before those who wait for them are told. */
  done(batch: readonly Change[]): void;
  /** The store takes no changes of this worker any more. */
  failed(error: HoldfastError): void;
}

export interface LanesOptions {
  readonly keys: LedgerKeys;
  readonly world: World;
  /** One for each transaction that may be under way. */
  readonly lanes: readonly FencedCommits[];
  readonly limits: BatchLimits;
  /** Microseconds that lie between the beginnings of transactions at least, unless several are sent at once. */
  readonly interval: number;
  readonly epoch: number;
  readonly signal: AbortSignal;
}

/**
 * The changes of a worker on their way to the store, many in each transaction: what comes while one is under way, or shortly
 * after it began, goes with the next. Only where that half fills one it does not wait for one that is under way: then there
 * are several at once, each in a lane of its own.
 * Changes of one run, and of one line, are made in the order of the calls.
 */
export class ChangeLanes {
  readonly #host: LanesHost;
  readonly #keys: LedgerKeys;
  readonly #world: World;
  readonly #interval: number;
  readonly #epoch: number;
  readonly #signal: AbortSignal;
  /** Where nobody's trace is. */
  readonly #ownContext: AsyncContext | undefined = captureAsyncContext();
  readonly #idle: FencedCommits[];
  /** What is changed by the transactions under way. */
  readonly #subjects = new Set<string>();
  readonly #underWay = new Set<Promise<void>>();
  #limits: BatchLimits;
  #queue: Change[] = [];
  #sending: Promise<void> | undefined;
  /** When the last transaction began. */
  #sentAt: number = Number.NEGATIVE_INFINITY;
  /** Why nothing is sent any more. */
  #over: HoldfastError | undefined;

  constructor(host: LanesHost, { keys, world, lanes, limits, interval, epoch, signal }: LanesOptions) {
    this.#host = host;
    this.#keys = keys;
    this.#world = world;
    this.#idle = [...lanes];
    this.#limits = limits;
    this.#interval = interval;
    this.#epoch = epoch;
    this.#signal = signal;
  }

  /** Puts a change in line. */
  add(change: Change): Promise<'done' | 'exists'> {
    if (change.scope !== undefined) exitWith(change.scope, change.promise);
    this.#queue.push(change);
    this.#send();
    return change.promise;
  }

  /** Sends nothing any more: what waits fails with `error`. */
  leave(error: HoldfastError): void {
    this.#over ??= error;
    for (const { reject } of this.#queue.splice(0)) reject(error);
  }

  /** Resolves when nothing waits and nothing is under way. */
  async settled(): Promise<void> {
    while (this.#sending !== undefined || this.#underWay.size > 0) {
      await Promise.all([this.#sending, ...this.#underWay]);
    }
  }

  #send(): void {
    this.#sending ??= this.#gather().then(() => {
      this.#sending = undefined;
      while (this.#sendOne());
    });
  }

  /** Lets those who were just told go on, so that what they do next comes along, and waits for the next transaction's time. */
  async #gather(): Promise<void> {
    const wait = this.#sentAt + this.#interval - this.#world.clock.now();
    if (wait > 0) await this.#pause(wait / 1_000);
    let count = -1;
    for (let quiet = 0; quiet < quietTurns; quiet++) {
      if (this.#queue.length !== count) quiet = 0;
      count = this.#queue.length;
      await undefined;
    }
  }

  #sendOne(): boolean {
    const lane = this.#idle.at(-1);
    if (lane === undefined || this.#over !== undefined) return false;
    const { batch, rest } = takeBatch(this.#queue, this.#subjects, this.#limits);
    if (batch.length === 0 || (this.#underWay.size > 0 && isSmall(batch, this.#limits))) return false;
    this.#idle.pop();
    this.#sentAt = this.#world.clock.now();
    this.#queue = rest;
    for (const { subjects } of batch) for (const subject of subjects) this.#subjects.add(subject);
    const sent = this.#commit(lane, batch).then(() => {
      for (const { subjects } of batch) for (const subject of subjects) this.#subjects.delete(subject);
      this.#idle.push(lane);
      this.#underWay.delete(sent);
      this.#send();
    });
    this.#underWay.add(sent);
    return true;
  }

  async #commit(lane: FencedCommits, batch: readonly Change[]): Promise<void> {
    try {
      this.#settle(batch, await this.#sent(lane, batch));
    } catch (error) {
      await this.#retreat(batch, error);
    }
  }

  /** As a part of the first operation that is recorded; else of none, and not of that which happens to be current. */
  #sent(lane: FencedCommits, batch: readonly Change[]): Promise<Committed> {
    const send = () => lane.commit(commitOf(batch));
    if (!operationsObserved()) return send();
    const first = batch.find(({ scope }) => scope?.traceparent !== undefined)?.scope;
    if (first !== undefined) return first.bind(send);
    return this.#ownContext === undefined ? send() : this.#ownContext.runInAsyncScope(send, this, undefined);
  }

  #settle(batch: readonly Change[], { succeeded, revision, results }: Committed): void {
    if (!succeeded) {
      this.#refuseKnown(
        batch,
        results!.flatMap(entriesOf).map(({ key }) => key),
      );
      return;
    }
    this.#host.done(batch);
    let done = 0;
    for (const change of batch) {
      change.revision = revision;
      change.results = results?.slice(done, done + change.then.length);
      done += change.then.length;
      change.scope?.set({ 'holdfast.ledger.revision': revision, 'holdfast.ledger.changes': batch.length });
      change.resolve('done');
    }
  }

  /** Some of the runs to be created exist: the rest is tried again, in its order. */
  #refuseKnown(batch: readonly Change[], known: readonly string[]): void {
    const exists = new Set(known);
    const isKnown = ({ kind, run }: Change) => kind === 'create' && exists.has(this.#keys.run(run.id));
    this.#putBack(batch.filter((change) => !isKnown(change)));
    for (const change of batch) if (isKnown(change)) change.resolve('exists');
  }

  /** What becomes of a batch that was not done. */
  async #retreat(batch: readonly Change[], error: unknown): Promise<void> {
    if (this.#over === undefined && isTooLarge(error) && batch.length > 1) {
      this.#limits = halfOf(batch);
      return this.#putBack(batch);
    }
    const failure = ledgerFailure(error, this.#epoch);
    if (this.#over === undefined && failure.code === 'LEDGER_FULL') {
      this.#putBack(batch.filter(({ kind }) => kind !== 'create'));
      for (const { kind, reject } of batch) if (kind === 'create') reject(failure);
      await this.#pause(pauseMillis);
      return;
    }
    this.#host.failed(failure);
    for (const { reject } of batch) reject(this.#over ?? failure);
  }

  /** Or until nothing is sent any more. */
  #pause(millis: number): Promise<void> {
    return sleep(millis, { world: this.#world, signal: this.#signal }).catch(() => {});
  }

  /** To the front: what came later of the same runs stands behind. */
  #putBack(changes: readonly Change[]): void {
    if (this.#over === undefined) this.#queue.unshift(...changes);
    else for (const { reject } of changes) reject(this.#over);
  }
}

/** So many turns of the microtask queue in which nothing comes end the gathering. */
const quietTurns = 8;
/** Before the store is asked again. */
const pauseMillis = 200;
