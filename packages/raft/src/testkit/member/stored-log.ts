import { assert } from '@holdfast/core';
import type { Entry } from '../../log/entry.ts';
import type { HardState, SnapshotMetadata, StagedSnapshot, StoredState } from '../../log/stored-state.ts';
import type { WriteBatch } from '../../log/write-batch.ts';
import type { MemberId } from '../../membership/member-id.ts';

/** What a log of a member consists of. */
type LogRecord =
  | { readonly member: MemberId }
  | { readonly snapshot: SnapshotMetadata }
  | { readonly hardState: HardState }
  | { readonly entry: Entry<string> }
  | { readonly truncateFrom: number }
  | { readonly staged: StagedSnapshot };

/** A member's log as records: what is in it, and the records that say so. */
export class StoredLog {
  id: MemberId = '';
  hardState: HardState = { term: 0, vote: undefined, commit: 0 };
  snapshot: SnapshotMetadata | undefined = undefined;
  staged: StagedSnapshot | undefined = undefined;
  entries: Entry<string>[] = [];

  static begin(id: MemberId, { hardState, snapshot, entries }: StoredState<string>): StoredLog {
    const log = new StoredLog();
    log.id = id;
    log.hardState = hardState;
    log.snapshot = snapshot;
    log.entries = [...entries];
    return log;
  }

  /** Reads a log back from its records. */
  static read(records: readonly string[]): StoredLog {
    const log = new StoredLog();
    for (const record of records) log.#replay(JSON.parse(record) as LogRecord);
    return log;
  }

  get stored(): StoredState<string> {
    const { hardState, snapshot, entries, staged } = this;
    return { hardState, snapshot, entries, ...(staged !== undefined && { staged }) };
  }

  /** The records with which a new log begins that holds what this one holds. */
  firstRecords(): string[] {
    const records = [encode({ member: this.id })];
    if (this.snapshot !== undefined) records.push(encode({ snapshot: this.snapshot }));
    records.push(encode({ hardState: this.hardState }));
    for (const entry of this.entries) records.push(encodeEntry(entry));
    if (this.staged !== undefined) records.push(encode({ staged: this.staged }));
    return records;
  }

  /** Takes `batch` in, and adds the records to append to `records`. A snapshot in it needs a new log. */
  write(batch: WriteBatch<string>, records: string[]): void {
    const { truncateFrom, entries, hardState } = batch;
    if (truncateFrom !== undefined) records.push(encode({ truncateFrom }));
    for (const entry of entries) records.push(encodeEntry(entry));
    if (hardState !== undefined) records.push(encode({ hardState }));
    this.#take(batch);
  }

  /** Takes `batch` in, whose snapshot replaces everything. */
  install(batch: WriteBatch<string>): void {
    this.snapshot = batch.snapshot;
    this.staged = undefined;
    this.entries = [];
    this.#take(batch);
  }

  stage(staged: StagedSnapshot, records: string[]): void {
    records.push(encode({ staged }));
    this.staged = staged;
  }

  /** Begins with `snapshot`, and the entries from `keptFrom` on. */
  compact(snapshot: SnapshotMetadata, keptFrom: number): void {
    this.snapshot = snapshot;
    this.entries = this.entries.filter(({ index }) => index >= keptFrom);
  }

  #take({ truncateFrom, entries, hardState }: WriteBatch<string>): void {
    if (truncateFrom !== undefined) this.#truncate(truncateFrom);
    for (const entry of entries) this.#append(entry);
    if (hardState !== undefined) this.hardState = hardState;
  }

  #replay(record: LogRecord): void {
    if ('entry' in record) this.#append(record.entry);
    else if ('truncateFrom' in record) this.#truncate(record.truncateFrom);
    else if ('hardState' in record) this.hardState = record.hardState;
    else if ('member' in record) this.id = record.member;
    else if ('snapshot' in record) this.snapshot = record.snapshot;
    else this.staged = record.staged;
  }

  #append(entry: Entry<string>): void {
    const last = this.entries.at(-1);
    assert(
      last === undefined || entry.index === last.index + 1,
      `entry ${entry.index} follows ${last?.index}`,
    );
    this.entries.push(entry);
  }

  #truncate(from: number): void {
    while (this.entries.length > 0 && this.entries.at(-1)!.index >= from) this.entries.pop();
  }
}

function encode(record: LogRecord): string {
  return JSON.stringify(record);
}

const recentMax = 64;
const recent: { readonly entry: Entry<string>; readonly text: string }[] = [];

/** All members write the same entry at about the same time: it is encoded once, while it is recent. */
function encodeEntry(entry: Entry<string>): string {
  const place = entry.index % recentMax;
  const known = recent[place];
  if (known?.entry === entry) return known.text;
  const text = encode({ entry });
  recent[place] = { entry, text };
  return text;
}
