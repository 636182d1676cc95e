import type { NewRun } from '../ledger/ledger-engine.ts';
import type { RunMessage, RunStatus, RunSummary, StoredRun } from '../ledger/run.ts';
import type { KeyClaim } from './key-lines.ts';
import type { OwnedTableRun } from './owned-table-run.ts';
import { PackedRecords } from './packed-records.ts';

/** A run as a {@link RunTable} has it. Its table alone changes it. */
export class TableRun {
  readonly handle: number;
  readonly id: string;
  readonly type: string;
  readonly version: number;
  readonly createdAt: number;
  changedAt: number;
  status: RunStatus = 'running';
  note: string | undefined = undefined;
  /** Its first records, where they are packed. */
  packed: PackedRecords | undefined = undefined;
  /** Those after them. */
  #records: readonly Uint8Array[];
  /** Not consumed yet. */
  messages: RunMessage[] | undefined = undefined;
  nextSequence = 1;
  /** Messages on their way to it. */
  posting = 0;
  claims: KeyClaim[] | undefined = undefined;
  /** Its neighbours in the table, in the order in which they were created. */
  previous: TableRun | undefined = undefined;
  next: TableRun | undefined = undefined;
  /** The one that has ended after it. */
  nextEnded: TableRun | undefined = undefined;
  forgotten = false;
  /** When it was last appended to, as `IdlePacking` counts; 0 when that need not look at it. */
  touchedIn = 0;
  /** The snapshot that has it already. */
  savedIn = 0;
  /** In the present life of the worker that drives it, where there is one only. */
  owned: OwnedTableRun | undefined = undefined;

  constructor(handle: number, { id, type, version, records }: NewRun, wall: number) {
    this.handle = handle;
    this.id = id;
    this.type = type;
    this.version = version;
    this.#records = records;
    this.createdAt = wall;
    this.changedAt = wall;
  }

  get records(): readonly Uint8Array[] {
    return this.packed === undefined ? this.#records : [...this.packed.unpack(), ...this.#records];
  }

  get recordCount(): number {
    return (this.packed?.count ?? 0) + this.#records.length;
  }

  add(records: readonly Uint8Array[]): void {
    if (records.length > 0) this.#records = [...this.#records, ...records];
  }

  /** Takes less memory from here on. */
  pack(): void {
    if (this.#records.length === 0) return;
    this.packed = PackedRecords.of(this.records);
    this.#records = none;
  }

  post(bytes: Uint8Array): RunMessage {
    const message = { sequence: this.nextSequence++, bytes };
    this.messages ??= [];
    this.messages.push(message);
    return message;
  }

  consume(sequences: readonly number[]): void {
    const left = this.messages?.filter(({ sequence }) => !sequences.includes(sequence)) ?? [];
    this.messages = left.length > 0 ? left : undefined;
  }

  /** It has ended: nobody reads its messages any more. */
  settle(): void {
    this.messages = undefined;
    this.owned?.end(this.records);
    this.pack();
  }
}

const none: readonly Uint8Array[] = [];

export function summaryOf(run: TableRun): RunSummary {
  const { id, type, version, status, note, createdAt, changedAt } = run;
  return { id, type, version, status, note, createdAt, changedAt };
}

export function storedRun(run: TableRun): StoredRun {
  return { ...summaryOf(run), owned: false, records: run.records, messages: [...(run.messages ?? [])] };
}
