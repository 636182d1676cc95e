import { Timer, type World } from '@holdfast/core';
import type {
  ChunkWanted,
  MembersChange,
  Output,
  Proposal,
  Raft,
  Refused,
  RoleName,
  WriteBatch,
} from '@holdfast/raft';
import type { Applier } from './applier.ts';
import { CommitNotices } from './commit-notices.ts';
import { atEndOfTurn } from './end-of-turn.ts';
import type { RaftLog } from './log/raft-log.ts';
import type { PeerTraffic } from './peers/peer-traffic.ts';
import type { Proposals } from './proposals/proposals.ts';
import type { ReadBarriers } from './reads/read-barriers.ts';
import type { SnapshotIntake } from './snapshots/snapshot-intake.ts';
import type { SnapshotSending } from './snapshots/snapshot-sending.ts';
import type { RaftMessage } from './wire/raft-messages.ts';

/** The parts of a member that carry out what Raft orders. */
export interface DriverParts {
  readonly log: RaftLog;
  readonly applier: Applier;
  readonly traffic: PeerTraffic;
  readonly proposals: Proposals;
  readonly reads: ReadBarriers;
  readonly intake: SnapshotIntake;
  readonly sending: SnapshotSending;
}

export interface DriverListener {
  /** An arrived snapshot takes the place of state and log now. */
  installing(write: WriteBatch<Uint8Array>): void;
  /** A snapshot that a follower wants cannot be read. */
  snapshotLost(id: string, error: unknown): void;
  /** Everything that there was to do is done: a look at what has changed. */
  settled(): void;
  /** The member cannot go on. */
  failed(error: unknown): void;
}

/**
 * Runs the Raft core: gives it what has happened, and has the parts carry out what it orders. What happens in one turn of
 * the event loop (proposals, messages, reads, finished writes) is answered by one batch to write and one message to each
 * follower at its end.
 */
export class RaftDriver extends Timer {
  readonly raft: Raft<Uint8Array>;
  readonly #world: World;
  readonly #listener: DriverListener;
  #parts: DriverParts | undefined = undefined;
  #scheduled = false;
  #stopped = false;
  readonly #notices: CommitNotices;
  readonly #atEnd = (): void => {
    this.#scheduled = false;
    this.#pump();
  };

  constructor(raft: Raft<Uint8Array>, world: World, listener: DriverListener) {
    super();
    this.raft = raft;
    this.#world = world;
    this.#listener = listener;
    this.#notices = new CommitNotices(world, (notice) => this.#parts!.traffic.sendRaft(notice));
  }

  /** Begins, with the parts that have been built around it. */
  start(parts: DriverParts): void {
    this.#parts = parts;
    this.touch();
  }

  stop(): void {
    this.#stopped = true;
    this.#world.timers.disarm(this);
    this.#notices.stop();
  }

  get role(): RoleName {
    return this.raft.role;
  }

  get term(): number {
    return this.raft.term;
  }

  get leader(): string | undefined {
    return this.raft.leader;
  }

  get readOnly(): boolean {
    return this.#parts?.log.readOnly === true;
  }

  /** Something is to be done at the end of this turn. */
  touch(): void {
    if (this.#scheduled || this.#stopped) return;
    this.#scheduled = true;
    atEndOfTurn(this.#atEnd);
  }

  propose(command: Uint8Array): Proposal {
    const proposal = this.raft.propose(command, command.length, this.#now());
    this.touch();
    return proposal;
  }

  proposeMembers(change: MembersChange): Proposal {
    const proposal = this.raft.proposeMembers(change, this.#now());
    this.touch();
    return proposal;
  }

  transferLeadership(to: string): Refused | undefined {
    const refused = this.raft.transferLeadership(to, this.#now());
    this.touch();
    return refused;
  }

  read(id: number): void {
    this.raft.read(id, this.#now());
  }

  post(to: string, message: Uint8Array): boolean {
    return this.#parts!.traffic.post(to, message);
  }

  receive(message: RaftMessage): void {
    if (this.#stopped) return;
    this.#guard(() => this.raft.receive(message, this.#now()));
    this.touch();
  }

  written(sequence: number): void {
    if (this.#stopped) return;
    this.#guard(() => this.raft.written(sequence, this.#now()));
    this.touch();
  }

  stored(snapshotId: string, offset: number): void {
    if (this.#stopped) return;
    this.#guard(() => this.raft.snapshotStored(snapshotId, offset, this.#now()));
    this.touch();
  }

  chunkRead({ to, snapshot, offset }: ChunkWanted, data: Uint8Array, checksum: number): void {
    if (this.#stopped) return;
    this.#guard(() => this.raft.snapshotChunk(to, snapshot.id, offset, data, checksum, this.#now()));
    this.touch();
  }

  chunkLost({ to, snapshot }: ChunkWanted, error: unknown): void {
    if (this.#stopped) return;
    this.#listener.snapshotLost(snapshot.id, error);
    this.#guard(() => this.raft.snapshotFailed(to, snapshot.id, this.#now()));
    this.touch();
  }

  override fire(): void {
    this.#guard(() => this.raft.wake(this.#now()));
    this.#pump();
  }

  #pump(): void {
    if (this.#stopped || this.#parts === undefined) return;
    this.#guard(() => this.#work(this.#parts!));
    if (this.#stopped) return;
    const { wakeAt } = this.raft;
    const { timers } = this.#world;
    if (wakeAt === Number.POSITIVE_INFINITY) timers.disarm(this);
    else if (!this.armed || wakeAt !== this.due) timers.arm(this, wakeAt);
  }

  #work(parts: DriverParts): void {
    const { raft } = this;
    const { applier, proposals, reads } = parts;
    proposals.flush();
    reads.flush();
    this.#carryOut(parts);
    if (applier.waiting) {
      applier.run();
      raft.applied(applier.index);
      // Reads may have waited for that, and more may be applied.
      this.#carryOut(parts);
    }
    if (applier.waiting) this.touch();
    this.#listener.settled();
  }

  #carryOut(parts: DriverParts): void {
    const { raft } = this;
    for (let output = raft.take(); output !== undefined; output = raft.take()) this.#execute(output, parts);
  }

  #execute(output: Output<Uint8Array>, parts: DriverParts): void {
    const { write, messages, committed, reads, chunksWanted, chunksArrived } = output;
    if (write !== undefined) {
      if (write.snapshot !== undefined) this.#listener.installing(write);
      parts.log.write(write);
    }
    for (const message of messages) this.#send(message, parts);
    parts.applier.add(committed);
    for (const read of reads) parts.reads.answered(read);
    for (const wanted of chunksWanted) void parts.sending.read(wanted);
    for (const chunk of chunksArrived) void parts.intake.take(chunk);
  }

  #send(message: RaftMessage, { traffic }: DriverParts): void {
    if (message.kind === 'commit-notice') {
      this.#notices.add(message);
      return;
    }
    if (message.kind === 'append-request') this.#notices.entriesSent(message.to);
    traffic.sendRaft(message);
  }

  /** A broken invariant ends the member, whoever noticed it. */
  #guard(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#listener.failed(error);
    }
  }

  #now(): number {
    return this.#world.clock.now();
  }
}
