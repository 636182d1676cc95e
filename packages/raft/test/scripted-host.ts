import { seededRandom } from '@holdfast/core';
import {
  type ChunkArrived,
  type ChunkWanted,
  type Entry,
  emptyState,
  type Message,
  Raft,
  type RaftOptions,
  type ReadOutcome,
  type SnapshotMetadata,
  type StoredState,
  type WriteBatch,
} from '../src/index.ts';

/** What a host has on its disk; survives a crash. */
interface StoredOnDisk {
  state: StoredState<string>;
  snapshotData: Uint8Array;
  staged: { snapshot: SnapshotMetadata; data: Uint8Array } | undefined;
}

/** Who hears of what a host does. */
export interface HostListener {
  sent(message: Message<string>): void;
  applied(host: ScriptedHost, entry: Entry<string>): void;
  restored(host: ScriptedHost, snapshot: SnapshotMetadata): void;
  read(host: ScriptedHost, outcome: ReadOutcome): void;
  wrote(host: ScriptedHost, batch: WriteBatch<string>): void;
}

/**
 * A driver of one member, for tests: its state machine is the list of commands applied, and its disk is as fast as it
 * is told to be.
 */
export class ScriptedHost {
  readonly id: string;
  raft: Raft<string> | undefined;
  /** The state machine. */
  commands: string[] = [];
  /** Writes that are under way while the disk is held. */
  readonly writing: WriteBatch<string>[] = [];
  /** Entries handed out while applying is held. */
  readonly toApply: Entry<string>[] = [];
  diskHeld = false;
  applyHeld = false;
  /** Whether it fails to read its snapshots. */
  snapshotsBroken = false;
  private readonly options: Omit<RaftOptions, 'id' | 'random'>;
  private readonly listener: HostListener;
  private readonly disk: StoredOnDisk;
  private starts = 0;

  constructor(
    id: string,
    options: Omit<RaftOptions, 'id' | 'random'>,
    stored: StoredState<string> | undefined,
    listener: HostListener,
  ) {
    this.id = id;
    this.options = options;
    this.listener = listener;
    this.disk = { state: stored ?? emptyState(), snapshotData: new Uint8Array(), staged: undefined };
  }

  get up(): Raft<string> {
    if (this.raft === undefined) throw new Error(`${this.id} is down`);
    return this.raft;
  }

  start(now: number): void {
    this.starts++;
    const { state, staged, snapshotData } = this.disk;
    this.commands = decode(snapshotData);
    const stored: StoredState<string> = {
      ...state,
      ...(staged && { staged: { snapshot: staged.snapshot, offset: staged.data.length } }),
    };
    const random = seededRandom(`${this.id}/${this.starts}`);
    this.raft = new Raft({ ...this.options, id: this.id, random }, stored, now);
  }

  /** What was not durable is gone. */
  crash(): void {
    this.raft = undefined;
    this.writing.length = 0;
    this.toApply.length = 0;
  }

  /** Carries out all that the member wants done, as far as disk and state machine are not held. */
  settle(now: number): void {
    for (let output = this.raft?.take(); output !== undefined; output = this.raft?.take()) {
      for (const message of output.messages) this.listener.sent(message);
      if (output.write !== undefined) this.writing.push(output.write);
      for (const outcome of output.reads) this.listener.read(this, outcome);
      for (const wanted of output.chunksWanted) this.serve(wanted, now);
      for (const arrived of output.chunksArrived) this.store(arrived, now);
      this.toApply.push(...output.committed);
      if (!this.diskHeld) this.persist(now);
      if (!this.applyHeld) this.apply();
    }
  }

  /** Lets the oldest writes become durable. */
  persist(now: number, count: number = this.writing.length): void {
    for (const batch of this.writing.splice(0, count)) {
      this.write(batch);
      this.listener.wrote(this, batch);
      this.up.written(batch.sequence, now);
    }
  }

  apply(): void {
    for (const entry of this.toApply.splice(0)) {
      if (entry.kind === 'command') this.commands.push(entry.command);
      this.listener.applied(this, entry);
      this.up.applied(entry.index);
    }
  }

  /** Takes a snapshot of its state machine and compacts its log. */
  snapshot(tail: number): SnapshotMetadata {
    const index = this.up.appliedIndex;
    const data = encode(this.commands);
    const snapshot = this.up.describeSnapshot(index, `${this.id}@${index}`, data.length);
    this.disk.snapshotData = data;
    this.up.compact(snapshot, tail);
    const { entries } = this.disk.state;
    this.disk.state = {
      ...this.disk.state,
      snapshot,
      entries: entries.filter((entry) => entry.index >= this.up.firstIndex),
    };
    return snapshot;
  }

  private serve({ to, snapshot, offset, bytesMax }: ChunkWanted, now: number): void {
    if (this.snapshotsBroken || this.disk.state.snapshot?.id !== snapshot.id) {
      this.up.snapshotFailed(to, snapshot.id, now);
      return;
    }
    const data = this.disk.snapshotData.slice(offset, offset + bytesMax);
    this.up.snapshotChunk(to, snapshot.id, offset, data, sum(data), now);
  }

  private store({ snapshot, offset, data, checksum }: ChunkArrived, now: number): void {
    if (sum(data) !== checksum) throw new Error(`bad chunk of ${snapshot.id}`);
    const before = offset === 0 ? new Uint8Array() : this.disk.staged!.data;
    if (before.length !== offset)
      throw new Error(`chunk at ${offset}, but ${before.length} bytes are stored`);
    const after = new Uint8Array(offset + data.length);
    after.set(before);
    after.set(data, offset);
    this.disk.staged = { snapshot, data: after };
    this.up.snapshotStored(snapshot.id, after.length, now);
  }

  private write({ snapshot, truncateFrom, entries, hardState }: WriteBatch<string>): void {
    const { disk } = this;
    let kept = disk.state.entries;
    if (snapshot !== undefined) {
      // A witness gets no data with it.
      if (disk.staged?.snapshot.id === snapshot.id) disk.snapshotData = disk.staged.data;
      disk.staged = undefined;
      kept = [];
      this.toApply.length = 0;
      this.commands = decode(disk.snapshotData);
      this.listener.restored(this, snapshot);
    }
    if (truncateFrom !== undefined) kept = kept.filter((entry) => entry.index < truncateFrom);
    const last = kept.at(-1)?.index ?? (snapshot ?? disk.state.snapshot)?.index ?? 0;
    if (entries.length > 0 && entries[0]!.index !== last + 1) {
      throw new Error(`${this.id} writes ${entries[0]!.index} after ${last}`);
    }
    disk.state = {
      hardState: hardState ?? disk.state.hardState,
      snapshot: snapshot ?? disk.state.snapshot,
      entries: [...kept, ...entries],
    };
  }
}

function encode(commands: readonly string[]): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(commands));
}

function decode(data: Uint8Array): string[] {
  return data.length === 0 ? [] : JSON.parse(new TextDecoder().decode(data));
}

function sum(data: Uint8Array): number {
  return data.reduce((total, byte) => (total + byte) % 65_521, 0);
}
