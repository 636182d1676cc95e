import type { HoldfastError } from '@holdfast/core';
import type { Journal } from '@holdfast/storage';
import { transactionErrors } from '../../errors.ts';
import type { NewRun } from '../../ledger/ledger-engine.ts';
import type { RunChange } from '../../ledger/run.ts';
import { ByteReader } from '../byte-reader.ts';
import { RunTable } from '../run-table.ts';
import type { TableRun } from '../table-run.ts';
import { type ChangeSink, formatVersion, readChange, readHead } from './change-format.ts';
import { isLedgerSnapshot, readSnapshot } from './ledger-snapshots.ts';
import type { SnapshotHead } from './snapshot-format.ts';
import { UniqueTexts } from './unique-texts.ts';

export interface RecoveredTable {
  /** Undefined when the journal is new. */
  readonly ledgerId: string | undefined;
  readonly table: RunTable;
  /** Bytes of records behind the snapshot, and of the snapshot. */
  readonly tailBytes: number;
  readonly snapshotBytes: number;
}

/**
 * Reads what a journal says of a ledger: its last snapshot, and the records behind that.
 *
 * @throws HoldfastError LEDGER_FORMAT_UNKNOWN, LEDGER_DAMAGED, and what the journal throws.
 */
export async function recoverTable(journal: Journal): Promise<RecoveredTable> {
  const table = new RunTable();
  const snapshot = await readLastSnapshot(journal, table);
  const position = snapshot?.position ?? 0;
  if (journal.firstPosition > position || position > journal.durablePosition) {
    const { firstPosition, durablePosition } = journal;
    const kept = `its journal has positions ${firstPosition} to ${durablePosition}`;
    throw ledgerDamaged(`the ledger's last snapshot stands for what comes before ${position}, but ${kept}`);
  }
  const replay = new Replay(table, snapshot?.ledgerId);
  let tailBytes = 0;
  for await (const record of journal.read(position)) {
    // The journal uses its bytes again.
    replay.record(record.bytes.slice(), record.position);
    tailBytes += record.bytes.length;
  }
  for (let run = table.first; run !== undefined; run = run.next) run.pack();
  return { ledgerId: replay.ledgerId, table, tailBytes, snapshotBytes: snapshot?.size ?? 0 };
}

async function readLastSnapshot(
  { snapshots }: Journal,
  table: RunTable,
): Promise<(SnapshotHead & { readonly size: number }) | undefined> {
  for (const { id } of snapshots.unfinished()) if (isLedgerSnapshot(id)) await snapshots.remove(id);
  const last = snapshots.list().at(-1);
  if (last === undefined) return undefined;
  if (!isLedgerSnapshot(last.id)) throw formatUnknown(`snapshot '${last.id}'`, 'foreign');
  const reader = await snapshots.open(last.id);
  try {
    const head = await readSnapshot(reader, table);
    if (typeof head !== 'object') throw formatUnknown(`snapshot '${last.id}'`, head);
    return { ...head, size: last.size };
  } catch (error) {
    throw asDamage(`snapshot '${last.id}'`, error);
  } finally {
    await reader.close();
  }
}

/** Does again what the records of the journal say. */
class Replay implements ChangeSink {
  readonly #table: RunTable;
  readonly #byHandle = new Map<number, TableRun>();
  readonly #types = new UniqueTexts();
  ledgerId: string | undefined;
  #wall = 0;

  constructor(table: RunTable, ledgerId: string | undefined) {
    this.ledgerId = ledgerId;
    this.#table = table;
    for (let run = table.first; run !== undefined; run = run.next) this.#byHandle.set(run.handle, run);
  }

  record(bytes: Uint8Array, position: number): void {
    const what = `the record at position ${position}`;
    try {
      const reader = new ByteReader(bytes);
      const head = readHead(reader);
      if (typeof head !== 'object') throw formatUnknown(what, head);
      this.#wall = head.wall;
      while (!reader.atEnd) readChange(reader, this);
    } catch (error) {
      throw asDamage(what, error);
    }
  }

  found(ledgerId: string): void {
    this.ledgerId = ledgerId;
  }

  create(run: NewRun): void {
    // Of creations that were under way at once the first one counts.
    if (this.#table.find(run.id) !== undefined) return;
    const created = this.#table.create({ ...run, type: this.#types.one(run.type) }, this.#wall);
    this.#byHandle.set(created.handle, created);
  }

  append(handle: number, records: readonly Uint8Array[], change: RunChange): void {
    const run = this.#find(handle);
    if (run !== undefined) this.#table.append(run, records, change, this.#wall);
  }

  post(handle: number, message: Uint8Array): void {
    const run = this.#find(handle);
    if (run !== undefined) this.#table.post(run, message);
  }

  claim(handle: number, key: string): void {
    const run = this.#find(handle);
    if (run !== undefined) this.#table.claim(run, key);
  }

  release(handle: number, key: string): void {
    const run = this.#find(handle);
    if (run !== undefined) this.#table.release(run, key);
  }

  forget(handle: number): void {
    const run = this.#find(handle);
    if (run !== undefined) this.#table.forget(run);
  }

  /** Undefined when it is forgotten: what was under way then came too late. */
  #find(handle: number): TableRun | undefined {
    if (handle >= this.#table.nextHandle) throw new RangeError(`there is no run of number ${handle}`);
    return this.#byHandle.get(handle);
  }
}

/** @param found - as `readHead` gives it. */
function formatUnknown(what: string, found: 'foreign' | number): HoldfastError {
  const message =
    found === 'foreign'
      ? `${what} of the journal is not of a ledger: the journal belongs to something else`
      : `${what} of the journal is of version ${found} of the ledger's format, this is version ${formatVersion}: open it with a newer release`;
  return transactionErrors.create('LEDGER_FORMAT_UNKNOWN', { message, context: { what, found } });
}

function ledgerDamaged(message: string, cause?: unknown): HoldfastError {
  return transactionErrors.create('LEDGER_DAMAGED', { message, cause });
}

function asDamage(what: string, error: unknown): unknown {
  if (!(error instanceof RangeError)) return error;
  return ledgerDamaged(`${what} of the journal is not what a ledger writes: ${error.message}`, error);
}
