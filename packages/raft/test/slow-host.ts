import { type Random, seededRandom } from '@holdfast/core';
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
import { CountingMachine } from './counting-machine.ts';

/** Who hears of what a slow host does. */
export interface SlowHostListener {
  sent(message: Message<string>): void;
  /** It has applied this entry, or for `undefined` restored a snapshot, and its state machine is at `index`. */
  advanced(host: SlowHost, index: number, entry: Entry<string> | undefined): void;
  read(outcome: ReadOutcome): void;
}

/**
 * A driver in which nothing is done at once: writes, parts of snapshots that come or go, compaction and application all
 * wait until they are told to go on, and a crash may come in between. Its disk does things in the order of the calls.
 */
export class SlowHost {
  readonly id: string;
  raft: Raft<string> | undefined;
  machine: CountingMachine = new CountingMachine();
  private readonly options: Omit<RaftOptions, 'id' | 'random'>;
  private readonly random: Random;
  private readonly listener: SlowHostListener;
  /** What is on disk. */
  private state: StoredState<string>;
  private data = '';
  private staged: { readonly snapshot: SnapshotMetadata; readonly data: string } | undefined;
  /** What is still to be done; lost in a crash. */
  private readonly diskJobs: ((now: number) => void)[] = [];
  private readonly toServe: ChunkWanted[] = [];
  private readonly toApply: Entry<string>[] = [];

  constructor(
    id: string,
    options: Omit<RaftOptions, 'id' | 'random'>,
    stored: StoredState<string> | undefined,
    random: Random,
    listener: SlowHostListener,
  ) {
    this.id = id;
    this.options = options;
    this.state = stored ?? emptyState();
    this.random = random;
    this.listener = listener;
  }

  start(now: number): void {
    const { state, staged } = this;
    const stored: StoredState<string> = {
      ...state,
      ...(staged && { staged: { snapshot: staged.snapshot, offset: staged.data.length } }),
    };
    this.machine = new CountingMachine(this.data);
    const random = seededRandom(`${this.id}/${this.random.uint32()}`);
    this.raft = new Raft({ ...this.options, id: this.id, random }, stored, now);
  }

  crash(): void {
    this.raft = undefined;
    this.diskJobs.length = 0;
    this.toServe.length = 0;
    this.toApply.length = 0;
  }

  /** Takes note of all that the member wants done. */
  take(): void {
    for (let output = this.raft?.take(); output !== undefined; output = this.raft?.take()) {
      for (const message of output.messages) this.listener.sent(message);
      for (const outcome of output.reads) this.listener.read(outcome);
      const { write } = output;
      if (write !== undefined) this.diskJobs.push((now) => this.write(write, now));
      for (const chunk of output.chunksArrived) this.diskJobs.push((now) => this.store(chunk, now));
      this.toServe.push(...output.chunksWanted);
      this.toApply.push(...output.committed);
    }
  }

  /** The disk finishes its oldest jobs. */
  finish(count: number, now: number): void {
    for (const job of this.diskJobs.splice(0, count)) job(now);
  }

  apply(count: number): void {
    for (const entry of this.toApply.splice(0, count)) {
      if (entry.kind === 'command') this.machine.apply(entry.command, entry.index);
      this.listener.advanced(this, entry.index, entry);
      this.raft!.applied(entry.index);
    }
  }

  /** Reads a part of its snapshot for another member: of any that was asked for. */
  serve(now: number): void {
    const [wanted] = this.toServe.splice(this.random.below(Math.max(1, this.toServe.length)), 1);
    if (wanted === undefined) return;
    const { to, snapshot, offset, bytesMax } = wanted;
    if (this.state.snapshot?.id !== snapshot.id) this.raft!.snapshotFailed(to, snapshot.id, now);
    else {
      const data = new TextEncoder().encode(this.data.slice(offset, offset + bytesMax));
      this.raft!.snapshotChunk(to, snapshot.id, offset, data, 0, now);
    }
  }

  /** Begins to keep a snapshot of its state machine. */
  snapshot(tail: number): void {
    const raft = this.raft!;
    const index = raft.appliedIndex;
    if (index <= (raft.snapshot?.index ?? 0)) return;
    const data = this.machine.save();
    const snapshot = raft.describeSnapshot(index, `${this.id}@${index}`, data.length);
    this.diskJobs.push(() => {
      if (index <= (this.state.snapshot?.index ?? 0)) return;
      raft.compact(snapshot, tail);
      this.data = data;
      const entries = this.state.entries.filter((entry) => entry.index > index - tail);
      this.state = { ...this.state, snapshot, entries };
    });
  }

  private store({ snapshot, offset, data }: ChunkArrived, now: number): void {
    const text = new TextDecoder().decode(data);
    const before = offset === 0 ? '' : this.staged!.data;
    if (offset > 0 && (this.staged!.snapshot.id !== snapshot.id || before.length !== offset)) {
      throw new Error(
        `chunk at ${offset} of ${snapshot.id} after ${before.length} of ${this.staged!.snapshot.id}`,
      );
    }
    // Now and then a part turns out to be broken, or the whole.
    const broken = this.random.below(20) === 0;
    if (!broken) this.staged = { snapshot, data: before + text };
    const begins = broken && this.random.below(2) === 0;
    const stored = begins ? 0 : broken ? offset : offset + text.length;
    this.raft!.snapshotStored(snapshot.id, stored, now);
  }

  private write(batch: WriteBatch<string>, now: number): void {
    const { snapshot, truncateFrom, entries, hardState } = batch;
    let kept = this.state.entries;
    if (snapshot !== undefined) {
      if (this.staged?.snapshot.id !== snapshot.id || this.staged.data.length !== snapshot.bytes) {
        throw new Error(`${this.id} is to restore ${snapshot.id}, of which it has not all`);
      }
      this.data = this.staged.data;
      this.staged = undefined;
      kept = [];
      this.toApply.length = 0;
      this.machine = new CountingMachine(this.data);
      this.listener.advanced(this, snapshot.index, undefined);
    }
    if (truncateFrom !== undefined) kept = kept.filter(({ index }) => index < truncateFrom);
    this.state = {
      hardState: hardState ?? this.state.hardState,
      snapshot: snapshot ?? this.state.snapshot,
      entries: [...kept, ...entries],
    };
    this.raft!.written(batch.sequence, now);
  }
}
