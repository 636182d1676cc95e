import { sleep, type World } from '@holdfast/core';
import type { Journal, SnapshotWriter } from '@holdfast/storage';
import { ByteWriter } from '../byte-writer.ts';
import type { RunTable } from '../run-table.ts';
import type { TableRun } from '../table-run.ts';
import { snapshotId } from './ledger-snapshots.ts';
import { writeRun, writeSnapshotEnd, writeSnapshotHead } from './snapshot-format.ts';

export interface SnapshotWritingParts {
  readonly journal: Journal;
  readonly world: World;
  readonly ledgerId: string;
  readonly table: RunTable;
  /** Ends it early. */
  readonly signal: AbortSignal;
}

/**
 * A snapshot of the table as it is when this begins, written a little at a time while the table goes on to change: a run
 * that is about to is written before.
 */
export class SnapshotWriting {
  readonly #parts: SnapshotWritingParts;
  /** It stands for the journal before it. */
  readonly #position: number;
  /** Runs from here on are not of it. */
  readonly #limit: number;
  readonly #ordinal: number;
  #cursor: TableRun | undefined;
  #count = 0;
  #chunk: ByteWriter = new ByteWriter();
  #spare: ByteWriter = new ByteWriter();
  readonly #run: ByteWriter = new ByteWriter();

  /** @param ordinal - of the snapshots of this life of the ledger, from 1. */
  constructor(parts: SnapshotWritingParts, position: number, ordinal: number) {
    const { ledgerId, table, world } = parts;
    this.#parts = parts;
    this.#position = position;
    this.#ordinal = ordinal;
    this.#limit = table.nextHandle;
    this.#cursor = table.first;
    const { nextHandle, nextTicket } = table;
    this.#run.clear();
    writeSnapshotHead(this.#run, { ledgerId, position, nextHandle, nextTicket }, world.clock.wall());
    this.#chunk.block(this.#run.bytes);
    table.beforeChange = (run) => {
      this.#save(run);
      // It may be about to leave the table.
      if (run === this.#cursor) this.#cursor = run.next;
    };
  }

  /** Its size; it is committed then, and what it stands for is let go. */
  async write(): Promise<number> {
    const { journal, table } = this.#parts;
    const { snapshots } = journal;
    try {
      const writer = await snapshots.write(snapshotId(this.#position), new Uint8Array(0));
      try {
        await this.#writeRuns(writer);
        table.beforeChange = undefined;
        this.#run.clear();
        writeSnapshotEnd(this.#run, this.#count);
        this.#chunk.block(this.#run.bytes);
        await this.#writeChunk(writer);
        await writer.commit();
      } finally {
        await writer.close();
      }
      await journal.compact(this.#position);
      for (const { id } of snapshots.list().slice(0, -1)) await snapshots.remove(id);
      return writer.offset;
    } finally {
      table.beforeChange = undefined;
    }
  }

  async #writeRuns(writer: SnapshotWriter): Promise<void> {
    const { world, signal } = this.#parts;
    while (this.#cursor !== undefined && this.#cursor.handle < this.#limit) {
      const run: TableRun = this.#cursor;
      this.#cursor = run.next;
      this.#save(run);
      if (this.#chunk.length < chunkBytes) continue;
      await this.#writeChunk(writer);
      // Runs have their turns.
      await sleep('1ms', { world, signal });
    }
  }

  #save(run: TableRun): void {
    if (run.savedIn === this.#ordinal || run.handle >= this.#limit) return;
    run.savedIn = this.#ordinal;
    this.#count++;
    this.#run.clear();
    writeRun(this.#run, run);
    this.#chunk.block(this.#run.bytes);
  }

  async #writeChunk(writer: SnapshotWriter): Promise<void> {
    const chunk = this.#chunk;
    this.#chunk = this.#spare;
    this.#spare = chunk;
    await writer.write(chunk.bytes);
    chunk.clear();
  }
}

const chunkBytes = 65_536;
