import { AbortableWait, type HoldfastError, type World } from '@holdfast/core';
import type { Journal } from '@holdfast/storage';
import type { LedgerEngineFigures, NewRun } from '../../ledger/ledger-engine.ts';
import { ledgerClosed, messagesFull } from '../../ledger/ledger-errors.ts';
import { newLedgerId } from '../../ledger/new-ledger-id.ts';
import type { OwnedRun, RunChange, StoredRun } from '../../ledger/run.ts';
import { ByteWriter } from '../byte-writer.ts';
import { OwnedTableRun } from '../owned-table-run.ts';
import type { Retention } from '../retention.ts';
import type { Grant, RunTable } from '../run-table.ts';
import { storedRun, type TableRun } from '../table-run.ts';
import { writeFound, writeHead } from './change-format.ts';
import { ChangeQueue } from './change-queue.ts';
import { IdlePacking } from './idle-packing.ts';
import type { JournalVisit } from './journal-visit.ts';
import { ForgetChange, type PendingChange, PostChange } from './pending-change.ts';
import { type RecoveredTable, recoverTable } from './recover-table.ts';
import { SnapshotWriting } from './snapshot-writing.ts';

export interface JournalLedgerParts {
  readonly world: World;
  readonly retention: Retention;
  readonly messagesMax: number;
  readonly recordBytesMax: number;
  /** So many bytes of records make a snapshot worth while, unless the last one was larger. */
  readonly snapshotBytes: number;
}

/** Who drives its runs. */
export interface JournalWorker {
  readonly types: ReadonlySet<string>;
  lost(error: HoldfastError): void;
}

/** The ledger in a journal: what is durable of it, and what is on its way to be. All who have it open here share it. */
export class JournalLedger {
  readonly ledgerId: string;
  readonly table: RunTable;
  readonly figures: { -readonly [name in keyof LedgerEngineFigures]: number } = {
    runsCreated: 0,
    recordsAppended: 0,
    commits: 0,
    runsAdopted: 0,
  };
  worker: JournalWorker | undefined;
  /** Those who have it open. */
  readonly visits: Set<JournalVisit> = new Set();
  readonly #journal: Journal;
  readonly #parts: JournalLedgerParts;
  readonly #queue: ChangeQueue;
  readonly #packing: IdlePacking;
  readonly #endWaits = new Map<TableRun, Set<AbortableWait<StoredRun>>>();
  /** Bytes behind the last snapshot, and of it. */
  #tailBytes: number;
  #snapshotBytes: number;
  #snapshots = 0;
  #snapshotting: Promise<void> | undefined;
  readonly #closing = new AbortController();

  private constructor(
    journal: Journal,
    parts: JournalLedgerParts,
    recovered: RecoveredTable & { readonly ledgerId: string },
  ) {
    this.ledgerId = recovered.ledgerId;
    this.table = recovered.table;
    this.#journal = journal;
    this.#parts = parts;
    this.#tailBytes = recovered.tailBytes;
    this.#snapshotBytes = recovered.snapshotBytes;
    this.#packing = new IdlePacking(parts.world);
    this.#queue = new ChangeQueue({
      journal,
      world: parts.world,
      recordBytesMax: parts.recordBytesMax,
      committed: (changes, wall, bytes, position) => this.#committed(changes, wall, bytes, position),
      failed: (error) => this.#failed(error),
    });
  }

  static async open(journal: Journal, parts: JournalLedgerParts): Promise<JournalLedger> {
    const { ledgerId, ...recovered } = await recoverTable(journal);
    if (ledgerId !== undefined) return new JournalLedger(journal, parts, { ...recovered, ledgerId });
    const drawn = newLedgerId(parts.world.random);
    const writer = new ByteWriter();
    writeHead(writer, parts.world.clock.wall());
    writeFound(writer, drawn);
    await journal.append([writer.bytes]);
    return new JournalLedger(journal, parts, { ...recovered, ledgerId: drawn });
  }

  get epoch(): number {
    return this.#journal.epoch;
  }

  add(change: PendingChange): void {
    this.#queue.add(change);
  }

  /** All runs that are under way and that the worker drives are its own from here on. */
  giveAll({ types }: JournalWorker): OwnedRun[] {
    const runs: OwnedRun[] = [];
    for (let run = this.table.first; run !== undefined; run = run.next) {
      if (run.status !== 'ended' && types.has(run.type)) runs.push(this.#give(run));
    }
    this.figures.runsAdopted += runs.length;
    return runs;
  }

  /** The worker is no more. */
  leave(): void {
    this.worker = undefined;
    for (let run = this.table.first; run !== undefined; run = run.next) run.owned = undefined;
  }

  /** A run as its worker sees it, if it is that of the worker. */
  known(run: TableRun): OwnedRun | StoredRun {
    return run.owned ?? storedRun(run);
  }

  created(run: NewRun, wall: number): OwnedRun | StoredRun {
    const known = this.table.find(run.id);
    if (known !== undefined) return this.known(known);
    this.figures.runsCreated++;
    this.figures.recordsAppended += run.records.length;
    const created = this.table.create(run, wall);
    this.#packing.touch(created);
    return this.worker === undefined ? storedRun(created) : this.#give(created);
  }

  appended(run: TableRun, records: readonly Uint8Array[], change: RunChange | undefined, wall: number): void {
    this.figures.recordsAppended += records.length;
    this.granted(this.table.append(run, records, change, wall));
    if (run.status !== 'ended') this.#packing.touch(run);
    if (change?.status !== 'ended') return;
    run.owned = undefined;
    const waits = this.#endWaits.get(run);
    if (waits === undefined) return;
    this.#endWaits.delete(run);
    for (const wait of waits) wait.resolve(storedRun(run));
  }

  /** @throws HoldfastError LEDGER_MESSAGES_FULL. */
  post(run: TableRun, message: Uint8Array): PostChange {
    const { messagesMax } = this.#parts;
    if ((run.messages?.length ?? 0) + run.posting >= messagesMax) throw messagesFull(run.id, messagesMax);
    const change = new PostChange(run, message.slice());
    this.add(change);
    return change;
  }

  /** Whether the run takes it. */
  posted(run: TableRun, bytes: Uint8Array): boolean {
    const message = this.table.post(run, bytes);
    if (message !== undefined) run.owned?.tell(message);
    return message !== undefined;
  }

  granted(grants: readonly Grant[]): void {
    for (const { run, key } of grants) run.owned?.tell(key);
  }

  waitForEnd(run: TableRun, signal: AbortSignal | undefined): AbortableWait<StoredRun> {
    const wait = new AbortableWait<StoredRun>('ended', signal);
    const waits = this.#endWaits.get(run) ?? new Set();
    this.#endWaits.set(run, waits.add(wait));
    return wait;
  }

  stopWaiting(run: TableRun, wait: AbortableWait<StoredRun>): void {
    const waits = this.#endWaits.get(run);
    if (waits?.delete(wait) && waits.size === 0) this.#endWaits.delete(run);
  }

  /** Resolves when all that was asked for has happened. */
  settled(): Promise<void> {
    return this.#queue.settled();
  }

  async close(): Promise<void> {
    await this.#queue.settled();
    this.#end(ledgerClosed());
    this.#closing.abort();
    await this.#snapshotting;
    await this.#journal.close();
  }

  #give(run: TableRun): OwnedRun {
    run.owned = new OwnedTableRun(run, this.table);
    return run.owned;
  }

  #committed(changes: readonly PendingChange[], wall: number, bytes: number, position: number): void {
    this.figures.commits++;
    for (const change of changes) change.apply(this, wall);
    this.#forget(wall);
    this.#tailBytes += bytes;
    const worthWhile = Math.max(this.#parts.snapshotBytes, this.#snapshotBytes);
    if (this.#tailBytes >= worthWhile && this.#snapshotting === undefined) {
      this.#snapshotting = this.#snapshot(position);
    }
  }

  #forget(wall: number): void {
    const { retention } = this.#parts;
    for (;;) {
      const expired = retention.takeExpired(this.table, wall);
      if (expired === undefined) return;
      this.add(new ForgetChange(expired));
    }
  }

  async #snapshot(position: number): Promise<void> {
    this.#tailBytes = 0;
    const { ledgerId, table } = this;
    const { world } = this.#parts;
    const parts = { journal: this.#journal, world, ledgerId, table, signal: this.#closing.signal };
    try {
      this.#snapshotBytes = await new SnapshotWriting(parts, position, ++this.#snapshots).write();
    } catch {
      // The ledger goes on without it, and tries again; a journal that has failed says so when it is written to.
    } finally {
      this.#snapshotting = undefined;
    }
  }

  #failed(error: HoldfastError): void {
    const { worker } = this;
    this.leave();
    this.#end(error);
    worker?.lost(error);
  }

  #end(error: HoldfastError): void {
    this.#queue.end(error);
    this.#packing.end();
    for (const visit of this.visits) visit.end(error);
  }
}
