import type { NewRun } from '../ledger/ledger-engine.ts';
import type { RunMessage, RunStatus, RunSummary, StoredRun } from '../ledger/run.ts';
import type { KeyClaim } from './key-lines.ts';

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
  #records: Uint8Array[];
  /** Not consumed yet. */
  messages: RunMessage[] | undefined = undefined;
  nextSequence = 1;
  claims: KeyClaim[] | undefined = undefined;
  /** Its neighbours in the table, in the order in which they were created. */
  previous: TableRun | undefined = undefined;
  next: TableRun | undefined = undefined;
  /** The one that has ended after it. */
  nextEnded: TableRun | undefined = undefined;
  forgotten = false;

  constructor(handle: number, { id, type, version, records }: NewRun, wall: number) {
    this.handle = handle;
    this.id = id;
    this.type = type;
    this.version = version;
    this.#records = [...records];
    this.createdAt = wall;
    this.changedAt = wall;
  }

  get records(): readonly Uint8Array[] {
    return this.#records;
  }

  add(records: readonly Uint8Array[]): void {
    for (const record of records) this.#records.push(record);
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
  }
}

export function summaryOf(run: TableRun): RunSummary {
  const { id, type, version, status, note, createdAt, changedAt } = run;
  return { id, type, version, status, note, createdAt, changedAt };
}

export function storedRun(run: TableRun): StoredRun {
  return { ...summaryOf(run), owned: false, records: [...run.records], messages: [...(run.messages ?? [])] };
}
