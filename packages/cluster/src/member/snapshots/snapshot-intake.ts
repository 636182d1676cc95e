import { assert, crc32c, isHoldfastError, sleep, type World } from '@holdfast/core';
import type { ChunkArrived, SnapshotMetadata, StagedSnapshot } from '@holdfast/raft';
import type { SnapshotStore, SnapshotWriter } from '@holdfast/storage';
import type { StateMachine, StateRestore } from '../../state/state-machine.ts';
import { descriptionOf, encodeDescription } from './snapshot-description.ts';
import { readSnapshotFile, type SnapshotHeader } from './snapshot-file.ts';

/** Who hears of an arriving snapshot. */
export interface IntakeListener {
  /** So many bytes of it are stored and good: Raft's `snapshotStored`. */
  stored(id: string, offset: number): void;
  failed(error: unknown): void;
}

/** A snapshot that has arrived, and is read: it only has to take the state's place. */
export interface ArrivedSnapshot {
  readonly metadata: SnapshotMetadata;
  readonly header: SnapshotHeader;
  readonly restore: StateRestore;
}

/** What an earlier life has received of a snapshot that is newer than `index`; everything else unfinished goes. */
export async function recoverStaged(
  store: SnapshotStore,
  index: number,
): Promise<StagedSnapshot | undefined> {
  let staged: StagedSnapshot | undefined;
  for (const info of store.unfinished()) {
    const description = descriptionOf(info);
    const wanted = description?.origin === 'arriving' && description.metadata.index > index;
    if (wanted && staged === undefined && info.size < description.metadata.bytes) {
      staged = { snapshot: description.metadata, offset: info.size };
    } else await store.remove(info.id);
  }
  return staged;
}

/** How long a disk without room is left alone before a part is asked for again. */
const fullPause = '500ms';

/**
 * Stores an arriving snapshot part by part. Once it is whole it is made durable and read into the state machine, beside
 * the present state; only then is Raft told that it is there, so that installing it is one step that cannot fail.
 */
export class SnapshotIntake {
  readonly #world: World;
  readonly #store: SnapshotStore;
  readonly #state: StateMachine;
  readonly #listener: IntakeListener;
  #writer: SnapshotWriter | undefined;
  #arrived: ArrivedSnapshot | undefined;
  #closed = false;

  constructor(world: World, store: SnapshotStore, state: StateMachine, listener: IntakeListener) {
    this.#world = world;
    this.#store = store;
    this.#state = state;
    this.#listener = listener;
  }

  /** Takes a part; the listener hears how much there is. There is never another one before. */
  async take(chunk: ChunkArrived): Promise<void> {
    const { snapshot, offset } = chunk;
    try {
      const stored = await this.#write(chunk);
      if (!this.#closed) this.#listener.stored(snapshot.id, stored);
    } catch (error) {
      if (this.#closed) return;
      if (isHoldfastError(error) && error.code === 'JOURNAL_FULL') {
        // It takes nothing more. Another one goes on after what is durable.
        await this.#closeWriter();
        await sleep(fullPause, { world: this.#world });
        if (!this.#closed) this.#listener.stored(snapshot.id, offset);
      } else this.#listener.failed(error);
    }
  }

  /** The arrived snapshot that Raft installs now. */
  install(id: string): ArrivedSnapshot {
    const arrived = this.#arrived;
    assert(arrived?.metadata.id === id, `snapshot ${id} is installed once it has arrived`);
    this.#arrived = undefined;
    return arrived;
  }

  /** Whether the snapshot is one that is arriving, or has arrived and is not installed yet. */
  holds(id: string): boolean {
    return this.#writer?.id === id || this.#arrived?.metadata.id === id;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#arrived = undefined;
    await this.#closeWriter();
  }

  async #closeWriter(): Promise<void> {
    const writer = this.#writer;
    this.#writer = undefined;
    await writer?.close();
  }

  async #write({ snapshot, offset, data, checksum }: ChunkArrived): Promise<number> {
    if (crc32c(data) !== checksum) return offset;
    const writer = await this.#writerFor(snapshot, offset);
    if (writer.offset === offset) await writer.write(data);
    if (writer.offset < snapshot.bytes) return writer.offset;
    await writer.commit();
    this.#writer = undefined;
    return (await this.#read(snapshot)) ? snapshot.bytes : 0;
  }

  async #writerFor(snapshot: SnapshotMetadata, offset: number): Promise<SnapshotWriter> {
    const { id } = snapshot;
    const before = this.#writer?.id;
    if (before !== undefined && (before !== id || offset === 0)) {
      await this.#closeWriter();
      await this.#store.remove(before);
    }
    if (offset === 0) {
      this.#arrived = undefined;
      await this.#store.remove(id);
    }
    this.#writer ??= await this.#store.write(
      id,
      encodeDescription({ origin: 'arriving', metadata: snapshot }),
    );
    return this.#writer;
  }

  /** Reads the whole snapshot beside the present state; false, and it is gone, when it is no good. */
  async #read(metadata: SnapshotMetadata): Promise<boolean> {
    const restore = this.#state.restore();
    const reader = await this.#store.open(metadata.id);
    try {
      const header = await readSnapshotFile(reader, restore);
      this.#arrived = { metadata, header, restore };
      return true;
    } catch (error) {
      if (!isHoldfastError(error) || !bad.has(error.code)) throw error;
      await this.#store.remove(metadata.id);
      return false;
    } finally {
      await reader.close();
    }
  }
}

const bad: ReadonlySet<string> = new Set([
  'SNAPSHOT_MALFORMED',
  'SNAPSHOT_DAMAGED',
  'PEER_MESSAGE_MALFORMED',
]);
