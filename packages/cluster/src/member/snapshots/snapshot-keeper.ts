import { isHoldfastError, type World } from '@holdfast/core';
import type { Raft, SnapshotMetadata } from '@holdfast/raft';
import type { SnapshotStore, SnapshotWriter } from '@holdfast/storage';
import type { StateMachine } from '../../state/state-machine.ts';
import type { MemberIdentity } from '../log/identity.ts';
import type { RaftLog } from '../log/raft-log.ts';
import type { ClusterTime } from '../proposals/cluster-time.ts';
import { encodeDescription } from './snapshot-description.ts';
import { writeSnapshotFile } from './snapshot-file.ts';
import type { SnapshotIntake } from './snapshot-intake.ts';

export interface SnapshotKeeperOptions {
  readonly world: World;
  readonly raft: Raft<Uint8Array>;
  readonly log: RaftLog;
  readonly state: StateMachine;
  readonly store: SnapshotStore;
  readonly intake: SnapshotIntake;
  readonly time: ClusterTime;
  readonly identity: MemberIdentity;
  readonly logBytes: number;
  readonly logEntries: number;
  readonly tailEntries: number;
  readonly tailBytes: number;
  /** The member cannot go on. */
  readonly failed: (error: unknown) => void;
}

/** Beyond this much log, a snapshot is taken however large the state is: the log is in memory. */
const logBytesMax = 256 << 20;
/** Beyond this much log before a snapshot, followers that are behind need a snapshot. */
const laggingBytesMax = 2 * logBytesMax;
/** Microseconds until another attempt, after one that failed. */
const pauseAfterFailure = 10_000_000;

/** Takes snapshots when the log has grown, puts each in the place of the log before it, and clears old ones away. */
export class SnapshotKeeper {
  readonly #options: SnapshotKeeperOptions;
  /** What is under way: a snapshot that is taken, or one that takes the log's place. */
  #underWay = 0;
  /** The file that is being written. */
  #writing: Promise<unknown> = Promise.resolve();
  /**
   * The snapshots that records of the log name, from the last one that is durable on: any of them may be what a member
   * that ends now starts from.
   */
  #named: string[] = [];
  /** Snapshots that have arrived whose records are not durable yet, and the batches that those are in. */
  readonly #arrived: { readonly snapshot: SnapshotMetadata; readonly sequence: number }[] = [];
  #stopped = false;
  #notBefore = 0;
  /** The present snapshot cannot be read: the next one is due with the next entry. */
  #lost = false;
  #bytesAt = 0;
  #stateBytes = 0;

  constructor(options: SnapshotKeeperOptions) {
    this.#options = options;
    const { snapshot } = options.raft;
    if (snapshot !== undefined) this.#named.push(snapshot.id);
    this.#stateBytes = snapshot?.bytes ?? 0;
  }

  /** Whether a snapshot is being taken. */
  get busy(): boolean {
    return this.#underWay > 0;
  }

  /** Takes a snapshot if one is due. */
  look(): void {
    if (this.busy || this.#stopped || !this.#isDue()) return;
    if (this.#options.world.clock.now() < this.#notBefore) return;
    if (this.#lost) this.#notBefore = this.#options.world.clock.now() + pauseAfterFailure;
    this.#lost = false;
    this.#begin(this.#take());
  }

  /** The present snapshot cannot be read: the state is taken anew as soon as it has moved on. */
  replace(): void {
    if (!this.busy) this.#lost = true;
  }

  /** A snapshot has arrived, and a record that makes it the state is on its way to the disk, in the batch `sequence`. */
  installing(snapshot: SnapshotMetadata, sequence: number): void {
    this.#named.push(snapshot.id);
    this.#bytesAt = this.#options.log.bytes;
    this.#stateBytes = snapshot.bytes;
    this.#arrived.push({ snapshot, sequence });
  }

  /** The batches up to this one are durable. */
  written(sequence: number): void {
    while (this.#arrived.length > 0 && this.#arrived[0]!.sequence <= sequence) {
      this.#installed(this.#arrived.shift()!.snapshot);
    }
  }

  /** Takes no more; resolves when the file of one that is being written is let go of. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#writing;
  }

  /** The record of a snapshot that has arrived is durable. */
  #installed(snapshot: SnapshotMetadata): void {
    this.#isDurable(snapshot.id);
    // Of one that was overtaken meanwhile, nothing may be written behind the record of the other.
    if (this.#options.raft.snapshot?.id !== snapshot.id) return;
    this.#begin(this.#replaceLog(snapshot, snapshot.index + 1));
  }

  #begin(work: Promise<void>): void {
    this.#underWay++;
    work.then(
      () => {
        this.#underWay--;
      },
      (error) => {
        this.#underWay--;
        if (!this.#stopped) this.#options.failed(error);
      },
    );
  }

  #isDue(): boolean {
    const { raft, log, logBytes, logEntries } = this.#options;
    const entries = raft.appliedIndex - (raft.snapshot?.index ?? 0);
    if (entries <= 0) return false;
    if (this.#lost) return true;
    const bytesMax = Math.max(logBytes, Math.min(this.#stateBytes / 2, logBytesMax));
    return entries >= logEntries || log.bytes - this.#bytesAt >= bytesMax;
  }

  async #take(): Promise<void> {
    const { raft, log, store, world } = this.#options;
    const index = raft.appliedIndex;
    const bytesAt = log.bytes;
    const id = `${index.toString(16).padStart(12, '0')}-${raft.termAt(index)?.toString(16)}-${world.random.uint32().toString(16)}`;
    const described = raft.describeSnapshot(index, id, 0);
    const writing = this.#write(described);
    this.#writing = writing.catch(() => undefined);
    const bytes = await writing;
    const overtaken = (): boolean => this.#stopped || (raft.snapshot?.index ?? 0) >= index;
    if (bytes === undefined || overtaken()) {
      if (!this.#stopped) await store.remove(id);
      return;
    }
    this.#bytesAt = bytesAt;
    this.#stateBytes = bytes;
    const snapshot = { ...described, bytes };
    const tail = this.#tailBefore(index);
    await this.#replaceLog(snapshot, Math.max(raft.firstIndex, index - tail + 1), () => {
      if (!overtaken()) raft.compact(snapshot, tail);
    });
  }

  /**
   * How many entries up to `index` stay: as many as a follower that is at work on a snapshot, or on what comes after it,
   * is behind, since it would never catch up if it needed the next snapshot as soon as it had one.
   */
  #tailBefore(index: number): number {
    const { raft, world, tailEntries, tailBytes } = this.#options;
    const spare = Math.min(tailEntries, raft.countWithin(tailBytes, index));
    const behind = index - raft.firstNeeded(world.clock.now()) + 1;
    return Math.max(spare, Math.min(behind, raft.countWithin(laggingBytesMax, index)));
  }

  /** Writes the state as it is now; undefined when that was not possible, or is not wanted any more. */
  async #write(metadata: SnapshotMetadata): Promise<number | undefined> {
    const { raft, state, store, time, world } = this.#options;
    // Both as of now, whatever is applied while it is written.
    const snapshot = state.snapshot();
    const header = { time: time.seen };
    const wanted = (): boolean => !this.#stopped && (raft.snapshot?.index ?? 0) < metadata.index;
    let writer: SnapshotWriter | undefined;
    try {
      writer = await store.write(metadata.id, encodeDescription({ origin: 'taken', metadata }));
      if (await writeSnapshotFile(writer, header, snapshot, wanted)) {
        return (await writer.commit()).size;
      }
    } catch (error) {
      if (!isHoldfastError(error) || error.code !== 'JOURNAL_FULL') throw error;
      this.#notBefore = world.clock.now() + pauseAfterFailure;
    } finally {
      snapshot.release();
      await writer?.close();
    }
    return undefined;
  }

  /** Makes a durable snapshot stand for the log before `firstIndex`, and lets go of that. */
  async #replaceLog(snapshot: SnapshotMetadata, firstIndex: number, durable?: () => void): Promise<void> {
    const { identity, raft, log } = this.#options;
    const { term, vote } = raft;
    const hardState = { term, vote, commit: snapshot.index };
    this.#named.push(snapshot.id);
    const position = await log.writeCheckpoint({ identity, hardState, snapshot, firstIndex });
    this.#isDurable(snapshot.id);
    durable?.();
    // One that is on its way in lets go of all this itself, once it is durable.
    if (this.#stopped || raft.snapshot?.id !== snapshot.id) return;
    await log.compact(firstIndex, position);
    await this.#clear();
  }

  /** A record that names this one is durable, and so are all before it. */
  #isDurable(id: string): void {
    const place = this.#named.indexOf(id);
    if (place > 0) this.#named.splice(0, place);
  }

  /** Removes snapshots that nothing names any more. Who still reads from one may go on. */
  async #clear(): Promise<void> {
    const { raft, store, intake } = this.#options;
    for (const { id } of store.list()) {
      const needed = id === raft.snapshot?.id || this.#named.includes(id) || intake.holds(id);
      if (!needed) await store.remove(id);
    }
  }
}
