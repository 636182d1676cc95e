import { type HoldfastError, invalidArgument, isHoldfastError, Timer, type World } from '@holdfast/core';
import type { Journal } from '@holdfast/storage';
import { ledgerFailed, ledgerFenced, ledgerFull } from '../../ledger/ledger-errors.ts';
import { ChangeBatch } from './change-batch.ts';
import type { PendingChange } from './pending-change.ts';

export interface ChangeQueueParts {
  readonly journal: Journal;
  readonly world: World;
  /** Bytes that a record of the journal has at most. */
  readonly recordBytesMax: number;
  /** They are durable as of `wall`, in a record of so many bytes before `position`. */
  committed(changes: readonly PendingChange[], wall: number, bytes: number, position: number): void;
  failed(error: HoldfastError): void;
}

/**
 * Changes on their way to the journal. Those that come while it writes are gathered into one record, which is written
 * next. While the disk is full some are refused and others wait; when the journal fails all are refused.
 */
export class ChangeQueue {
  commits = 0;
  readonly #parts: ChangeQueueParts;
  /** The last one takes what comes; those before it are as long as may be. */
  #batches: ChangeBatch[] = [];
  #spare: ChangeBatch | undefined;
  #flushing: Promise<void> | undefined;
  #full = false;
  #over: HoldfastError | undefined;
  readonly #retry: RetryTimer = new RetryTimer(() => this.#lookForRoom());

  constructor(parts: ChangeQueueParts) {
    this.#parts = parts;
  }

  add(change: PendingChange): void {
    if (this.#over !== undefined) {
      change.reject(this.#over);
    } else if (this.#full && change.refusable) {
      change.reject(ledgerFull());
    } else {
      this.#place(change);
      if (!this.#full) this.#flush();
    }
  }

  /** Resolves when nothing is on its way. */
  async settled(): Promise<void> {
    while (this.#flushing !== undefined) await this.#flushing;
  }

  /** Refuses what waits, and whatever comes. */
  end(error: HoldfastError): void {
    this.#over ??= error;
    this.#parts.world.timers.disarm(this.#retry);
    this.#refuse(this.#takeAll(), this.#over);
  }

  #place(change: PendingChange): void {
    const { recordBytesMax, world } = this.#parts;
    if (this.#batches.at(-1)?.add(change, recordBytesMax) === true) return;
    const batch = this.#spare ?? new ChangeBatch();
    this.#spare = undefined;
    batch.begin(world.clock.wall());
    if (batch.add(change, recordBytesMax)) this.#batches.push(batch);
    else change.reject(invalidArgument('records', 'too many bytes', `${recordBytesMax} bytes at most`));
  }

  #flush(): void {
    this.#flushing ??= this.#flushAll();
  }

  async #flushAll(): Promise<void> {
    for (;;) {
      await this.#gather();
      const batch = this.#batches.shift();
      if (batch === undefined) break;
      await this.#write(batch);
      if (this.#full) break;
    }
    this.#flushing = undefined;
  }

  /** Lets those who were just told go on, so that what they do next comes along. */
  async #gather(): Promise<void> {
    let count = -1;
    for (let quiet = 0; quiet < quietTurns; quiet++) {
      const { length = 0 } = this.#batches.at(-1)?.changes ?? [];
      if (length !== count) quiet = 0;
      count = length;
      await undefined;
    }
  }

  async #write(batch: ChangeBatch): Promise<void> {
    let position: number;
    try {
      position = await this.#parts.journal.append([batch.bytes]);
    } catch (error) {
      this.#fail(batch.changes, error);
      return;
    }
    this.commits++;
    const { changes, wall, length } = batch;
    // What they bring about may use it already.
    this.#spare = batch;
    this.#parts.committed(changes, wall, length, position);
  }

  #fail(changes: readonly PendingChange[], thrown: unknown): void {
    const code = isHoldfastError(thrown) ? thrown.code : undefined;
    if (this.#over === undefined && code === 'JOURNAL_FULL') {
      this.#becomeFull([...changes, ...this.#takeAll()], ledgerFull(thrown));
      return;
    }
    const { journal, failed } = this.#parts;
    const error =
      code === 'JOURNAL_FENCED' ? ledgerFenced(journal.epoch) : ledgerFailed('writing the journal', thrown);
    this.end(error);
    this.#refuse(changes, this.#over!);
    failed(error);
  }

  /** What may not be refused is tried again, in its order. */
  #becomeFull(changes: readonly PendingChange[], error: HoldfastError): void {
    this.#full = true;
    this.#refuse(
      changes.filter(({ refusable }) => refusable),
      error,
    );
    for (const change of changes) if (!change.refusable) this.#place(change);
    this.#lookAgain();
  }

  /** The journal finds out by itself whether there is room. */
  #lookForRoom(): void {
    if (this.#parts.journal.condition === 'read-only') {
      this.#lookAgain();
    } else {
      this.#full = false;
      this.#flush();
    }
  }

  #lookAgain(): void {
    const { clock, timers } = this.#parts.world;
    timers.arm(this.#retry, clock.now() + fullInterval);
  }

  #takeAll(): PendingChange[] {
    const batches = this.#batches;
    this.#batches = [];
    return batches.flatMap(({ changes }) => changes);
  }

  #refuse(changes: readonly PendingChange[], error: HoldfastError): void {
    for (const change of changes) change.reject(error);
  }
}

/** Looks again whether there is room for what waits. */
class RetryTimer extends Timer {
  readonly #retry: () => void;

  constructor(retry: () => void) {
    super();
    this.#retry = retry;
  }

  override fire(): void {
    this.#retry();
  }
}

/** So many turns of the microtask queue in which nothing comes end the gathering. */
const quietTurns = 8;
/** Microseconds between two looks while the disk is full. */
const fullInterval = 250_000;
