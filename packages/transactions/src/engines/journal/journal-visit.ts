import { type AbortableWait, type HoldfastError, throwIfAborted } from '@holdfast/core';
import type { LedgerVisit } from '../../ledger/ledger-engine.ts';
import { ledgerClosed } from '../../ledger/ledger-errors.ts';
import type { RunFilter, RunPage, StoredRun } from '../../ledger/run.ts';
import { unlessAborted } from '../../unless-aborted.ts';
import { storedRun, type TableRun } from '../table-run.ts';
import type { JournalLedger } from './journal-ledger.ts';

/** Somebody who has the ledger open. What it reads is durable. */
export class JournalVisit implements LedgerVisit {
  protected readonly ledger: JournalLedger;
  readonly #closed: () => Promise<void>;
  readonly #endWaits = new Map<AbortableWait<StoredRun>, TableRun>();
  /** Why nothing is done any more. */
  protected over: HoldfastError | undefined;
  #closing: Promise<void> | undefined;

  /** @param closed - it needs the ledger no more. */
  constructor(ledger: JournalLedger, closed: () => Promise<void>) {
    this.ledger = ledger;
    this.#closed = closed;
    ledger.visits.add(this);
  }

  async read(id: string, signal?: AbortSignal): Promise<StoredRun | undefined> {
    this.#check('read', signal);
    const run = this.ledger.table.find(id);
    return run && storedRun(run);
  }

  async list(filter: RunFilter, signal?: AbortSignal): Promise<RunPage> {
    this.#check('list', signal);
    return this.ledger.table.list(filter);
  }

  async post(id: string, message: Uint8Array, signal?: AbortSignal): Promise<'posted' | 'ended' | 'unknown'> {
    this.#check('post', signal);
    const { ledger } = this;
    const run = ledger.table.find(id);
    if (run === undefined) return 'unknown';
    if (run.status === 'ended') return 'ended';
    return unlessAborted(ledger.post(run, message).promise, 'post', signal);
  }

  async ended(id: string, signal?: AbortSignal): Promise<StoredRun | undefined> {
    this.#check('ended', signal);
    const run = this.ledger.table.find(id);
    if (run === undefined) return undefined;
    if (run.status === 'ended') return storedRun(run);
    const wait = this.ledger.waitForEnd(run, signal);
    this.#endWaits.set(wait, run);
    try {
      return await wait.promise;
    } finally {
      this.#endWaits.delete(wait);
      this.ledger.stopWaiting(run, wait);
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** What it waits for ends, and it does nothing more. */
  end(error: HoldfastError): void {
    this.over ??= error;
    this.ledger.visits.delete(this);
    for (const wait of this.#endWaits.keys()) wait.reject(this.over);
  }

  async #close(): Promise<void> {
    await this.ledger.settled();
    this.end(ledgerClosed());
    await this.#closed();
  }

  #check(operation: string, signal: AbortSignal | undefined): void {
    if (this.over !== undefined) throw this.over;
    throwIfAborted(signal, operation);
  }
}
