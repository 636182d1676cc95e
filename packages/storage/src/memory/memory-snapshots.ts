import { invalidArgument } from '@holdfast/core';
import { checkSnapshotId, snapshotExists, snapshotNotFound } from '../snapshot-errors.ts';
import type { SnapshotInfo, SnapshotReader, SnapshotStore, SnapshotWriter } from '../snapshot-store.ts';

export interface StoredSnapshot {
  readonly id: string;
  readonly description: Uint8Array;
  readonly pieces: Uint8Array[];
  size: number;
  committed: boolean;
  /** The writer that has it open. */
  writer: SnapshotWriter | undefined;
}

/** Snapshots in memory. */
export class MemorySnapshots implements SnapshotStore {
  /** Those committed, in that order, among unfinished ones. */
  readonly #stored: StoredSnapshot[];
  readonly #checkOpen: () => void;

  constructor(stored: StoredSnapshot[], checkOpen: () => void) {
    this.#stored = stored;
    this.#checkOpen = checkOpen;
    for (const each of stored) each.writer = undefined;
  }

  list(): readonly SnapshotInfo[] {
    return this.#stored.filter(({ committed }) => committed).map(infoOf);
  }

  unfinished(): readonly SnapshotInfo[] {
    return this.#stored.filter(({ committed }) => !committed).map(infoOf);
  }

  async write(id: string, description: Uint8Array): Promise<SnapshotWriter> {
    checkSnapshotId(id);
    this.#checkOpen();
    const known = this.#find(id);
    if (known?.writer !== undefined) throw snapshotExists(id, 'is being written');
    if (known?.committed) throw snapshotExists(id, 'is complete');
    if (known !== undefined && Buffer.compare(known.description, description) !== 0) this.#drop(known);
    let stored = this.#find(id);
    if (stored === undefined) {
      stored = {
        id,
        description: description.slice(),
        pieces: [],
        size: 0,
        committed: false,
        writer: undefined,
      };
      this.#stored.push(stored);
    }
    const writer = new MemoryWriter(stored, () => {
      this.#drop(stored);
      this.#stored.push(stored);
    });
    stored.writer = writer;
    return writer;
  }

  async open(id: string): Promise<SnapshotReader> {
    checkSnapshotId(id);
    this.#checkOpen();
    const stored = this.#find(id);
    if (!stored?.committed) throw snapshotNotFound(id);
    return new MemoryReader(infoOf(stored), Buffer.concat(stored.pieces));
  }

  async remove(id: string): Promise<void> {
    checkSnapshotId(id);
    this.#checkOpen();
    const stored = this.#find(id);
    if (stored?.writer !== undefined) throw snapshotExists(id, 'is being written: close its writer first');
    if (stored !== undefined) this.#drop(stored);
  }

  #find(id: string): StoredSnapshot | undefined {
    return this.#stored.find((stored) => stored.id === id);
  }

  #drop(stored: StoredSnapshot): void {
    this.#stored.splice(this.#stored.indexOf(stored), 1);
  }
}

class MemoryWriter implements SnapshotWriter {
  readonly #stored: StoredSnapshot;
  readonly #committed: () => void;

  constructor(stored: StoredSnapshot, committed: () => void) {
    this.#stored = stored;
    this.#committed = committed;
  }

  get id(): string {
    return this.#stored.id;
  }

  get offset(): number {
    return this.#stored.size;
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#checkOpen();
    this.#stored.pieces.push(bytes.slice());
    this.#stored.size += bytes.length;
  }

  async sync(): Promise<void> {
    this.#checkOpen();
  }

  async commit(): Promise<SnapshotInfo> {
    this.#checkOpen();
    this.#stored.committed = true;
    this.#stored.writer = undefined;
    this.#committed();
    return infoOf(this.#stored);
  }

  async close(): Promise<void> {
    if (this.#stored.writer === this) this.#stored.writer = undefined;
  }

  #checkOpen(): void {
    if (this.#stored.writer !== this) throw invalidArgument('writer', this.id, 'one that is still open');
  }
}

class MemoryReader implements SnapshotReader {
  readonly info: SnapshotInfo;
  readonly #bytes: Uint8Array;

  constructor(info: SnapshotInfo, bytes: Uint8Array) {
    this.info = info;
    this.#bytes = bytes;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    return this.#bytes.slice(offset, offset + length);
  }

  async close(): Promise<void> {}
}

function infoOf({ id, description, size }: StoredSnapshot): SnapshotInfo {
  return { id, description, size };
}
