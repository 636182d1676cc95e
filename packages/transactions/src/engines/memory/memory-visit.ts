import { AbortableWait, type HoldfastError, throwIfAborted, type World } from '@holdfast/core';
import type { LedgerVisit } from '../../ledger/ledger-engine.ts';
import { ledgerClosed, messagesFull } from '../../ledger/ledger-errors.ts';
import type { RunFilter, RunPage, StoredRun } from '../../ledger/run.ts';
import { unlessAborted } from '../../unless-aborted.ts';
import type { Retention } from '../retention.ts';
import { storedRun, type TableRun } from '../table-run.ts';
import type { MemoryState } from './ledger-memory.ts';
import { Passage } from './passage.ts';

export interface MemoryVisitParts {
  readonly state: MemoryState;
  readonly world: World;
  /** Microseconds of one way to the memory. */
  readonly passageMicros: number;
  readonly messagesMax: number;
  readonly retention: Retention;
}

/** Somebody who has the memory open. */
export class MemoryVisit implements LedgerVisit {
  protected readonly state: MemoryState;
  protected readonly world: World;
  protected readonly retention: Retention;
  protected readonly passage: Passage;
  readonly #messagesMax: number;
  readonly #endWaits = new Map<AbortableWait<StoredRun>, TableRun>();
  /** Why nothing is done any more. */
  protected over: HoldfastError | undefined;

  constructor({ state, world, passageMicros, messagesMax, retention }: MemoryVisitParts) {
    this.state = state;
    this.world = world;
    this.retention = retention;
    this.passage = new Passage(world, passageMicros);
    this.#messagesMax = messagesMax;
    state.visitors.add(this);
  }

  read(id: string, signal?: AbortSignal): Promise<StoredRun | undefined> {
    return this.abortable('read', signal, () => {
      const run = this.state.table.find(id);
      return run && storedRun(run);
    });
  }

  list(filter: RunFilter, signal?: AbortSignal): Promise<RunPage> {
    return this.abortable('list', signal, () => this.state.table.list(filter));
  }

  post(id: string, message: Uint8Array, signal?: AbortSignal): Promise<'posted' | 'ended' | 'unknown'> {
    const bytes = message.slice();
    return this.abortable('post', signal, () => {
      const run = this.state.table.find(id);
      if (run === undefined) return 'unknown';
      if ((run.messages?.length ?? 0) >= this.#messagesMax) throw messagesFull(id, this.#messagesMax);
      const posted = this.state.table.post(run, bytes);
      if (posted === undefined) return 'ended';
      const owner = this.state.ownerOf(run);
      owner?.worker.told(this, () => owner.owned.tell(posted));
      return 'posted';
    });
  }

  async ended(id: string, signal?: AbortSignal): Promise<StoredRun | undefined> {
    const found = await this.abortable('ended', signal, () => {
      const run = this.state.table.find(id);
      if (run === undefined || run.status === 'ended') return run && storedRun(run);
      const wait = new AbortableWait<StoredRun>('ended', signal);
      // It may fail while word of it is still on its way back.
      wait.promise.catch(() => {});
      this.#endWaits.set(wait, run);
      return wait;
    });
    if (!(found instanceof AbortableWait)) return found;
    return found.promise.finally(() => this.#endWaits.delete(found));
  }

  async close(): Promise<void> {
    this.end(ledgerClosed());
  }

  /** Its process is killed: it does nothing more, and nothing comes back to it. */
  kill(): void {
    this.passage.close();
    this.#endWaits.clear();
  }

  /** Lets `tell` happen in a turn of its own, set off by `origin`. */
  told(origin: MemoryVisit, tell: () => void): void {
    const arrival = origin === this ? this.passage.through() : this.passage.fromOutside();
    arrival.then(() => {
      if (this.over === undefined) tell();
    });
  }

  /** That `run` has ended comes to those who wait for it here. */
  tellEnd(origin: MemoryVisit, run: TableRun): void {
    for (const [wait, awaited] of this.#endWaits) {
      if (awaited === run) this.told(origin, () => wait.resolve(storedRun(run)));
    }
  }

  /** Nothing is done here any more. */
  protected end(error: HoldfastError): void {
    if (this.over !== undefined) return;
    this.over = error;
    this.state.visitors.delete(this);
    for (const wait of this.#endWaits.keys()) wait.reject(error);
    this.#endWaits.clear();
  }

  /** Does `work` at the memory, and comes back with what it gives. */
  protected async call<Value>(work: () => Value): Promise<Value> {
    this.check();
    await this.passage.through();
    this.check();
    const value = work();
    await this.passage.through();
    return value;
  }

  protected check(): void {
    if (this.over !== undefined) throw this.over;
  }

  protected abortable<Value>(
    operation: string,
    signal: AbortSignal | undefined,
    work: () => Value,
  ): Promise<Value> {
    if (signal === undefined) return this.call(work);
    return this.#abortable(operation, signal, work);
  }

  async #abortable<Value>(operation: string, signal: AbortSignal, work: () => Value): Promise<Value> {
    throwIfAborted(signal, operation);
    return unlessAborted(this.call(work), operation, signal);
  }
}
