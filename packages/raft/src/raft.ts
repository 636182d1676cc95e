import { invalidArgument } from '@holdfast/core';
import { campaign, canCampaign } from './election/election.ts';
import { hasPromised } from './election/following.ts';
import { startTransfer } from './election/transfer.ts';
import type { Message } from './exchange/messages.ts';
import type { Output } from './exchange/output.ts';
import { type Proposal, type Refused, refuse } from './exchange/proposal.ts';
import { lead, leadAt, progressMade, propose, sendGathered } from './leading/leading.ts';
import { proposeMembers } from './leading/reconfiguration.ts';
import type { Entry } from './log/entry.ts';
import type { SnapshotMetadata, StoredState } from './log/stored-state.ts';
import { Member } from './member/member.ts';
import type { RaftOptions } from './member/options.ts';
import type { RoleName } from './member/roles.ts';
import { toSettings } from './member/settings.ts';
import { type RaftStatus, statusOf } from './member/status.ts';
import type { Configuration, MembersChange } from './membership/configuration.ts';
import type { MemberId } from './membership/member-id.ts';
import { read } from './reads/reads.ts';
import { receive } from './receiving.ts';
import { compact, describeSnapshot, firstNeeded } from './snapshots/compaction.ts';
import { chunkStored } from './snapshots/snapshot-receiving.ts';
import { abandonSnapshot, sendChunk } from './snapshots/snapshot-sending.ts';

/**
 * One member of a replicated log that follows Raft (Ongaro, Consensus: Bridging Theory and Practice, 2014). Pure: it
 * takes what has happened, and {@link take} says what is to be done. All times are whole microseconds of the member's
 * own monotonic clock, each read after the event that it comes with.
 *
 * After each call, or after a few, the driver takes the output and carries it out. Nothing is sent, written or applied
 * by the core itself; README.md says what a driver has to guarantee.
 */
export class Raft<Command> {
  private readonly member: Member<Command>;

  /**
   * @throws HoldfastError INVALID_ARGUMENT for an option that cannot work, ASSERTION_FAILED for a stored state that
   *   contradicts itself.
   */
  constructor(options: RaftOptions, stored: StoredState<Command>, now: number) {
    this.member = new Member(toSettings(options), stored, now);
  }

  get id(): MemberId {
    return this.member.id;
  }

  get role(): RoleName {
    return this.member.role.name;
  }

  get term(): number {
    return this.member.term;
  }

  /** Whom it voted for in this term. */
  get vote(): MemberId | undefined {
    return this.member.vote;
  }

  /** Who leads, as far as this member knows. */
  get leader(): MemberId | undefined {
    return this.member.leader;
  }

  /** The membership in force here: that of the last such entry in the log, committed or not. */
  get configuration(): Configuration {
    return this.member.membership.configuration;
  }

  /** The membership of the last such entry that is committed: it stays in the log, whoever leads. */
  get committedConfiguration(): Configuration {
    return this.member.memberships.at(this.member.log.commit).configuration;
  }

  get commitIndex(): number {
    return this.member.log.commit;
  }

  /** Up to where the state machine is known to have applied the log. */
  get appliedIndex(): number {
    return this.member.applying.applied;
  }

  /** Up to where the log in memory is the one on disk. */
  get durableIndex(): number {
    return this.member.writes.durable;
  }

  get lastIndex(): number {
    return this.member.log.lastIndex;
  }

  /** The first index whose entry is kept; `lastIndex + 1` if there is none. */
  get firstIndex(): number {
    return this.member.log.baseIndex + 1;
  }

  /** The latest snapshot. */
  get snapshot(): SnapshotMetadata | undefined {
    return this.member.log.snapshot;
  }

  /** When to call {@link wake}: Infinity when it wants no timer. A call at another time does no harm. */
  get wakeAt(): number {
    const { role, settings, confirmedReads } = this.member;
    const { deadline } = confirmedReads;
    if (role.name === 'leader') return Math.min(leadAt(role), deadline);
    if (role.name !== 'follower') return Math.min(role.electionAt, deadline);
    const campaigns = settings.priority > 0 && canCampaign(this.member);
    return Math.min(campaigns ? role.electionAt : Number.POSITIVE_INFINITY, role.reads.deadline, deadline);
  }

  /** The term of the entry at `index`; undefined where it is not known. */
  termAt(index: number): number | undefined {
    return this.member.log.termAt(index);
  }

  entryAt(index: number): Entry<Command> | undefined {
    return this.member.log.entryAt(index);
  }

  /** What an operator wants to know, as plain data. */
  status(): RaftStatus {
    return statusOf(this.member);
  }

  /**
   * A message from another member has arrived.
   *
   * @throws HoldfastError INVALID_ARGUMENT for one to somebody else, ASSERTION_FAILED for one that no correct member
   *   can have sent.
   */
  receive(message: Message<Command>, now: number): void {
    this.member.advanceTime(now);
    receive(this.member, message, now);
  }

  /** Time has passed. */
  wake(now: number): void {
    const { member } = this;
    member.advanceTime(now);
    const { role, settings, confirmedReads } = member;
    for (const id of confirmedReads.takeOverdue(now)) member.refuseRead(id, 'overdue');
    if (role.name === 'leader') {
      lead(member, role, now);
      return;
    }
    if (role.name === 'follower') {
      for (const id of role.reads.takeOverdue(now)) member.refuseRead(id, 'overdue');
    }
    if (role.electionAt > now) return;
    if (settings.priority > 0 && canCampaign(member)) campaign(member, false, now);
    else if (role.name !== 'follower') member.becomeFollower(member.term, undefined, now);
  }

  /** Asks the leader, which this member has to be, to replicate a command of so many bytes. */
  propose(command: Command, bytes: number, now: number): Proposal {
    if (!Number.isSafeInteger(bytes) || bytes < 0)
      throw invalidArgument('bytes', bytes, 'a whole number of bytes');
    this.member.advanceTime(now);
    return propose(this.member, command, bytes);
  }

  /** Asks the leader, which this member has to be, to change who takes part. */
  proposeMembers(change: MembersChange, now: number): Proposal {
    const { member } = this;
    member.advanceTime(now);
    const proposal = proposeMembers(member, change, now);
    // Fewer voters may be a majority already.
    if (member.role.name === 'leader') progressMade(member, member.role, now);
    return proposal;
  }

  /**
   * Asks for a linearizable read, on any member that has the commands. Its outcome comes in a later output. Ids are the
   * driver's; two reads that wait must not have the same. `now` has to be read after the request has come in.
   */
  read(id: number, now: number): void {
    this.member.advanceTime(now);
    read(this.member, id, now);
  }

  /** Hands leadership over to another voter. Proposals are refused until that has happened, or timed out. */
  transferLeadership(to: MemberId, now: number): Refused | undefined {
    this.member.advanceTime(now);
    return startTransfer(this.member, to, now);
  }

  /** Stops standing by the leader, known to be dead by other means, so that others need not wait. */
  forgetLeader(now: number): Refused | undefined {
    const { member } = this;
    member.advanceTime(now);
    const { role } = member;
    if (member.settings.reads === 'lease') return refuse('cannot-forget', member.leader, 'leases rely on it');
    if (role.name !== 'follower' || role.following === undefined)
      return refuse('cannot-forget', member.leader);
    member.becomeFollower(member.term, undefined, now);
    return undefined;
  }

  /** Campaigns at once. */
  campaign(now: number): Refused | undefined {
    const { member } = this;
    member.advanceTime(now);
    if (!canCampaign(member)) return refuse('unfit-candidate', member.leader, `a ${member.role.name}`);
    if (hasPromised(member, now)) {
      return refuse('unfit-candidate', member.leader, 'it stands by the lease of a leader');
    }
    campaign(member, false, now);
    return undefined;
  }

  /** The batch with this number, and all before it, are durable. */
  written(sequence: number, now: number): void {
    const { member } = this;
    member.advanceTime(now);
    member.writes.written(sequence);
    member.applying.written(member.writes.durable);
    for (const message of member.outbox.release(member.writes.durableSequence, member.term)) {
      receive(member, message, now);
    }
    member.confirmedReads.release(member.applying.applied, member.outbox.reads);
    if (member.role.name === 'leader') progressMade(member, member.role, now);
  }

  /** The state machine has applied the log up to here, and reads see it. */
  applied(index: number): void {
    const { applying, confirmedReads, outbox, log } = this.member;
    applying.report(log, index);
    confirmedReads.release(applying.applied, outbox.reads);
  }

  /**
   * What a snapshot of the state machine at `index` has to carry. Ask when it is taken: once the log is compacted
   * beyond `index`, nobody knows.
   */
  describeSnapshot(index: number, id: string, bytes: number): SnapshotMetadata {
    return describeSnapshot(this.member, index, id, bytes);
  }

  /**
   * The first entry that a follower still needs which this leader has heard from within an election timeout: to compact
   * beyond it costs that follower a snapshot, or one that is sent a snapshot already another one. The one after the last
   * where there is no such follower, or this member does not lead.
   */
  firstNeeded(now: number): number {
    return firstNeeded(this.member, now);
  }

  /** How many of the entries that end with `last`, which is in the log, have `bytesMax` bytes together at most. */
  countWithin(bytesMax: number, last: number): number {
    return this.member.log.countWithin(bytesMax, last);
  }

  /**
   * A snapshot of this member's state machine is durable: the log up to its end is forgotten, but for the last `tail`
   * entries of it, which spare members that are a little behind the snapshot. What is older than {@link firstIndex}
   * may then go from the disk too. One that is not newer than the last is ignored.
   */
  compact(snapshot: SnapshotMetadata, tail: number): void {
    compact(this.member, snapshot, tail);
  }

  /** The chunk that `chunksWanted` asked for. Ignored if it is not wanted any more. */
  snapshotChunk(
    to: MemberId,
    snapshotId: string,
    offset: number,
    data: Uint8Array,
    checksum: number,
    now: number,
  ): void {
    const { member } = this;
    member.advanceTime(now);
    if (member.role.name === 'leader') sendChunk(member, member.role, to, snapshotId, offset, data, checksum);
  }

  /** The snapshot that `chunksWanted` asked for cannot be read: the latest one is tried after a while. */
  snapshotFailed(to: MemberId, snapshotId: string, now: number): void {
    const { member } = this;
    member.advanceTime(now);
    if (member.role.name === 'leader') abandonSnapshot(member.role, to, snapshotId);
  }

  /**
   * Of the arriving snapshot, `offset` bytes are stored and found good: all that was stored before, and the chunk. 0 to
   * begin anew, after the checksum of the whole was wrong; the former offset to have a chunk sent again.
   */
  snapshotStored(snapshotId: string, offset: number, now: number): void {
    const { member } = this;
    member.advanceTime(now);
    chunkStored(member, snapshotId, offset);
  }

  /** All there is to do now; undefined if there is nothing. What is taken is not given again. */
  take(): Output<Command> | undefined {
    const { member } = this;
    const { role, log, writes, applying, outbox, membership } = member;
    if (role.name === 'leader') sendGathered(member, role);
    const write = writes.take(log, member.term, member.vote);
    const committed = applying.take(log, writes.durable, membership.keepsCommands(member.id));
    if (write === undefined && committed.length === 0 && outbox.empty) return undefined;
    return outbox.takeAll(write, committed);
  }
}
