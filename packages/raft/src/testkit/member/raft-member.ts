import { assert, crc32c, type HoldfastError, Timer } from '@holdfast/core';
import type { HostContext } from '@holdfast/simulation';
import type { Message } from '../../exchange/messages.ts';
import type { ChunkWanted, Output, ReadOutcome } from '../../exchange/output.ts';
import type { Proposal, Refused } from '../../exchange/proposal.ts';
import type { Entry } from '../../log/entry.ts';
import type { StoredState } from '../../log/stored-state.ts';
import type { WriteBatch } from '../../log/write-batch.ts';
import type { RaftOptions } from '../../member/options.ts';
import type { MembersChange } from '../../membership/configuration.ts';
import type { MemberId } from '../../membership/member-id.ts';
import { Raft } from '../../raft.ts';
import { storageErrors } from '../storage/storage-errors.ts';
import { hostOf } from './member-name.ts';
import type { MemberStorage, Recovered } from './member-storage.ts';
import type { MemberWatch } from './member-watch.ts';
import { PendingProposals, type ProposalDone } from './pending-proposals.ts';
import { RoleNotes } from './role-notes.ts';
import { isDataOf, snapshotIdOf } from './snapshot-id.ts';
import { SnapshotIntake } from './snapshot-intake.ts';
import type { StateMachine } from './state-machine.ts';

export interface RaftMemberOptions<Answer> {
  readonly context: HostContext;
  readonly storage: MemberStorage;
  readonly machine: StateMachine<Answer>;
  /** What the core is given, but for who it is and its chance. */
  readonly settings: Omit<RaftOptions, 'id' | 'random'>;
  /** Who it is, and what it starts from, when there is nothing on its disk. */
  readonly begin: () => Beginning;
  /** It takes a snapshot after so many applied entries. */
  readonly snapshotEvery: number;
  /** Entries before a snapshot that stay in the log, for followers that are a little behind. */
  readonly snapshotTail: number;
  readonly watch?: MemberWatch | undefined;
  /** Called once it has recovered. */
  readonly onStarted?: (() => void) | undefined;
}

export interface Beginning {
  readonly id: MemberId;
  readonly stored: StoredState<string>;
}

/** For how long a member that sends a snapshot or hands over is said to do so, where the core does not tell. */
const busyFor = 200_000;

export type ReadDone = (outcome: ReadOutcome) => void;

/**
 * Connects the Raft core to a simulated host: messages, timers, the disk and a state machine. Callbacks only; one
 * process of one member.
 */
export class RaftMember<Answer> extends Timer {
  /** Undefined until it has recovered from its disk. */
  raft: Raft<string> | undefined = undefined;
  readonly intake: SnapshotIntake = new SnapshotIntake();
  /** Whether the log is being written anew behind a snapshot. */
  compacting = false;
  readonly #options: RaftMemberOptions<Answer>;
  readonly #pending = new PendingProposals<Answer>();
  readonly #reads = new Map<number, ReadDone>();
  #readsSoFar = 0;
  #snapshotAt = 0;
  #sendingUntil = 0;
  #transferringUntil = 0;
  #pumping = false;
  readonly #roles: RoleNotes;

  constructor(options: RaftMemberOptions<Answer>) {
    super();
    this.#options = options;
    this.#roles = new RoleNotes(options.context);
    options.storage.recover((recovered) => this.#recovered(recovered));
  }

  /** Whether it has lately sent a part of its snapshot to a member that lags far behind. */
  get sendingSnapshot(): boolean {
    return this.raft?.role === 'leader' && this.#now() < this.#sendingUntil;
  }

  /** Whether it is handing over its leadership. */
  get transferring(): boolean {
    return this.raft?.role === 'leader' && this.#now() < this.#transferringUntil;
  }

  receive(message: Message<string>): void {
    // What was sent to the member that lived here before is for nobody.
    if (this.raft === undefined || message.to !== this.raft.id) return;
    this.raft.receive(message, this.#now());
    this.#pump();
  }

  /** Proposes; `done` hears what becomes of it if it is taken. */
  propose(command: string, done: ProposalDone<Answer>): Proposal {
    const raft = this.#running();
    const proposal = raft.propose(command, command.length, this.#now());
    if (proposal.outcome === 'proposed') this.#pending.add(proposal.index, proposal.term, done);
    this.#pump();
    return proposal;
  }

  proposeMembers(change: MembersChange): Proposal {
    const proposal = this.#running().proposeMembers(change, this.#now());
    this.#pump();
    return proposal;
  }

  /** Calls `done` when the state machine may be read, or why it may not. */
  read(done: ReadDone): void {
    const id = ++this.#readsSoFar;
    this.#reads.set(id, done);
    const raft = this.#running();
    this.#options.watch?.reading(raft, id);
    raft.read(id, this.#now());
    this.#pump();
  }

  transferLeadership(to: MemberId): Refused | undefined {
    const refused = this.#running().transferLeadership(to, this.#now());
    if (refused === undefined) this.#transferringUntil = this.#now() + busyFor;
    this.#pump();
    return refused;
  }

  /** Holds an election now. */
  campaign(): Refused | undefined {
    const refused = this.#running().campaign(this.#now());
    this.#pump();
    return refused;
  }

  override fire(): void {
    this.raft!.wake(this.#now());
    this.#pump();
  }

  #recovered(recovered: Recovered): void {
    const { context, watch, machine } = this.#options;
    if (recovered.found === 'damage') {
      watch?.damaged(context.host);
      throw storageErrors.create('LOG_DAMAGED', {
        message: `${context.host} refuses to start: ${recovered.text}; let it join anew with an empty disk`,
      });
    }
    if (recovered.found === 'nothing') {
      const { id, stored } = this.#options.begin();
      this.#options.storage.create(id, stored, (error) => {
        stopUnless(error);
        this.#start(id, stored);
      });
      return;
    }
    const { id, stored, snapshotData, stagedData } = recovered;
    if (snapshotData !== undefined) machine.restore(snapshotData);
    if (stored.staged !== undefined) this.intake.resume(stored.staged.snapshot, stagedData!);
    this.#start(id, stored);
  }

  #start(id: MemberId, stored: StoredState<string>): void {
    const { context, settings, machine, watch, onStarted } = this.#options;
    this.raft = new Raft({ ...settings, id, random: context.random.fork(`raft ${id}`) }, stored, this.#now());
    this.#snapshotAt = stored.snapshot?.index ?? 0;
    watch?.started(this.raft, machine.digest);
    onStarted?.();
    this.#pump();
  }

  /** Does everything that the core has to do, and sees to it that it is woken. */
  #pump(): void {
    if (this.#pumping) return;
    const raft = this.raft!;
    this.#pumping = true;
    for (let output = raft.take(); output !== undefined; output = raft.take()) {
      this.#execute(output);
    }
    this.#pumping = false;
    const { timers } = this.#options.context;
    const { wakeAt } = raft;
    if (wakeAt === Number.POSITIVE_INFINITY) timers.disarm(this);
    else if (!this.armed || wakeAt !== this.due) timers.arm(this, wakeAt);
    this.#options.watch?.settled(raft);
    this.#roles.tell(raft);
  }

  #execute(output: Output<string>): void {
    const raft = this.raft!;
    if (output.write !== undefined) this.#write(output.write);
    const { messages } = this.#options.context;
    const { watch } = this.#options;
    for (const message of output.messages) {
      watch?.sending(raft, message);
      messages.send(hostOf(message.to), message);
    }
    for (const entry of output.committed) this.#apply(entry);
    for (const read of output.reads) this.#answerRead(read);
    for (const wanted of output.chunksWanted) this.#readChunk(wanted);
    for (const { snapshot, offset, data, checksum } of output.chunksArrived) {
      if (crc32c(data) !== checksum) raft.snapshotStored(snapshot.id, offset, this.#now());
      else if (!this.intake.add(snapshot, offset, data)) raft.snapshotStored(snapshot.id, 0, this.#now());
      else this.#stageChunk(snapshot, offset, data);
    }
    this.#snapshotWhenDue();
  }

  #write(batch: WriteBatch<string>): void {
    const { storage, machine, watch } = this.#options;
    const raft = this.raft!;
    watch?.writing(raft, batch);
    const { snapshot } = batch;
    if (snapshot !== undefined) {
      const data = this.intake.take(snapshot.id);
      if (data !== undefined) machine.restore(data);
      this.#snapshotAt = snapshot.index;
      watch?.restored(raft, snapshot, machine.digest);
      this.#pending.covered(snapshot.index);
    }
    storage.write(batch, (error) => {
      stopUnless(error);
      watch?.written(raft, batch.sequence);
      raft.written(batch.sequence, this.#now());
      this.#pump();
    });
  }

  #apply(entry: Entry<string>): void {
    const { machine, watch } = this.#options;
    const answer = entry.kind === 'command' ? machine.apply(entry.command, entry.index) : undefined;
    watch?.applied(this.raft!, entry.index, machine.digest);
    this.raft!.applied(entry.index);
    this.#pending.applied(entry.index, entry.term, answer);
  }

  #answerRead(read: ReadOutcome): void {
    const done = this.#reads.get(read.id);
    if (done === undefined) return;
    this.#reads.delete(read.id);
    this.#options.watch?.readAnswered(this.raft!, read);
    done(read);
  }

  #readChunk({ to, snapshot, offset, bytesMax }: ChunkWanted): void {
    const raft = this.raft!;
    this.#sendingUntil = this.#now() + busyFor;
    this.#options.storage.readSnapshot(snapshot.id, offset, bytesMax, (data) => {
      if (data === undefined) raft.snapshotFailed(to, snapshot.id, this.#now());
      else raft.snapshotChunk(to, snapshot.id, offset, data, crc32c(data), this.#now());
      this.#pump();
    });
  }

  #stageChunk(snapshot: ChunkWanted['snapshot'], offset: number, data: Uint8Array): void {
    const stored = offset + data.length;
    this.#options.storage.stage({ snapshot, offset }, data, (error) => {
      stopUnless(error);
      const whole = stored === snapshot.bytes ? this.intake.peek(snapshot.id) : undefined;
      const broken = whole !== undefined && !isDataOf(snapshot.id, whole);
      if (broken) this.intake.drop();
      this.raft!.snapshotStored(snapshot.id, broken ? 0 : stored, this.#now());
      this.#pump();
    });
  }

  #snapshotWhenDue(): void {
    const raft = this.raft!;
    const { snapshotEvery, snapshotTail, storage, machine } = this.#options;
    const index = raft.appliedIndex;
    if (this.compacting || index - this.#snapshotAt < snapshotEvery || index > raft.durableIndex) return;
    const data = machine.save();
    const snapshot = raft.describeSnapshot(index, snapshotIdOf(index, data), data.length);
    this.compacting = true;
    storage.compact(snapshot, data, Math.max(0, index - snapshotTail) + 1, (error) => {
      stopUnless(error);
      this.compacting = false;
      // An arriving snapshot may have overtaken it.
      if (snapshot.index <= this.#snapshotAt) return;
      this.#snapshotAt = snapshot.index;
      raft.compact(snapshot, snapshotTail);
      this.#pump();
    });
  }

  #running(): Raft<string> {
    assert(this.raft !== undefined, 'a member is asked for something once it has recovered');
    return this.raft;
  }

  #now(): number {
    return this.#options.context.clock.now();
  }
}

/** Never goes on after a failed write: crash, and recover from what the disk really holds. */
function stopUnless(error: HoldfastError | undefined): void {
  if (error !== undefined) throw error;
}
