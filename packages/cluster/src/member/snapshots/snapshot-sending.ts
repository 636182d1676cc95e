import { crc32c, Timer, type World } from '@holdfast/core';
import type { ChunkWanted } from '@holdfast/raft';
import type { SnapshotReader, SnapshotStore } from '@holdfast/storage';

/** What becomes of a part of a snapshot that a follower needs. */
export interface ChunkReceiver {
  chunkRead(wanted: ChunkWanted, data: Uint8Array, checksum: number): void;
  /** It cannot be read: it is gone, or damaged. */
  chunkLost(wanted: ChunkWanted, error: unknown): void;
}

/** Microseconds after which a snapshot that nobody asks for is closed. */
const idleAfter = 10_000_000;

/** Reads snapshots for followers straight from their files, a part at a time. */
export class SnapshotSending extends Timer {
  readonly #store: SnapshotStore;
  readonly #world: World;
  readonly #receiver: ChunkReceiver;
  readonly #readers = new Map<string, { readonly reader: Promise<SnapshotReader>; usedAt: number }>();

  constructor(store: SnapshotStore, world: World, receiver: ChunkReceiver) {
    super();
    this.#store = store;
    this.#world = world;
    this.#receiver = receiver;
  }

  async read(wanted: ChunkWanted): Promise<void> {
    const { snapshot, offset, bytesMax } = wanted;
    try {
      const reader = await this.#open(snapshot.id);
      const data = await reader.read(offset, bytesMax);
      this.#receiver.chunkRead(wanted, data, crc32c(data));
    } catch (error) {
      this.#drop(snapshot.id);
      this.#receiver.chunkLost(wanted, error);
    }
  }

  async close(): Promise<void> {
    this.#world.timers.disarm(this);
    const readers = [...this.#readers.values()];
    this.#readers.clear();
    for (const { reader } of readers) {
      await reader.then(
        (opened) => opened.close(),
        () => undefined,
      );
    }
  }

  override fire(): void {
    const now = this.#world.clock.now();
    for (const [id, { usedAt }] of this.#readers) if (usedAt + idleAfter <= now) this.#drop(id);
    if (this.#readers.size > 0) this.#world.timers.arm(this, now + idleAfter);
  }

  #drop(id: string): void {
    const opened = this.#readers.get(id);
    this.#readers.delete(id);
    opened?.reader.then((reader) => reader.close()).catch(() => undefined);
  }

  #open(id: string): Promise<SnapshotReader> {
    const now = this.#world.clock.now();
    let opened = this.#readers.get(id);
    if (opened === undefined) {
      opened = { reader: this.#store.open(id), usedAt: now };
      this.#readers.set(id, opened);
      if (!this.armed) this.#world.timers.arm(this, now + idleAfter);
    }
    opened.usedAt = now;
    return opened.reader;
  }
}
