import type { Message } from '../exchange/messages.ts';
import { Outbox } from '../exchange/outbox.ts';
import type { ReadRefusal } from '../exchange/output.ts';
import { violated } from '../invariant.ts';
import { Applying } from '../log/applying.ts';
import type { Entry } from '../log/entry.ts';
import { Log } from '../log/log.ts';
import type { SnapshotMetadata, StoredState } from '../log/stored-state.ts';
import { Writes } from '../log/writes.ts';
import type { MemberId } from '../membership/member-id.ts';
import type { Membership } from '../membership/membership.ts';
import { MembershipHistory } from '../membership/membership-history.ts';
import { ConfirmedReads, ForwardedReads } from './read-queues.ts';
import type { Role } from './roles.ts';
import type { Settings } from './settings.ts';

/** A snapshot on its way in. */
export interface Staging {
  readonly snapshot: SnapshotMetadata;
  /** How much of it is stored. */
  offset: number;
  /** A chunk is with the driver. */
  storing: boolean;
}

/** What a member knows, whatever its role, and the few moves that all roles share. */
export class Member<Command> {
  readonly id: MemberId;
  readonly settings: Settings;
  readonly log: Log<Command>;
  readonly memberships: MembershipHistory;
  readonly writes: Writes<Command>;
  readonly applying: Applying<Command>;
  readonly outbox: Outbox<Command> = new Outbox();
  readonly confirmedReads: ConfirmedReads = new ConfirmedReads();
  role: Role;
  /** Outlives leaders, since it is on disk. */
  staging: Staging | undefined;
  /**
   * With leases: until then it helps nobody to be elected, having told its leader that it stands by it. A member that
   * has just started does not know what it told whom.
   */
  promisedUntil: number;
  private termNow: number;
  private voteNow: MemberId | undefined;
  private latest: number;
  private readsForwarded: number;

  constructor(settings: Settings, stored: StoredState<Command>, now: number) {
    const { hardState, snapshot, entries } = stored;
    const { random } = settings;
    this.id = settings.id;
    this.settings = settings;
    this.latest = now;
    this.termNow = hardState.term;
    this.voteNow = hardState.vote;
    this.memberships = new MembershipHistory(snapshot?.configuration, snapshot?.configurationIndex ?? 0);
    this.log = loadLog(stored);
    for (let index = this.log.baseIndex + 1; index <= this.log.lastIndex; index++) {
      const entry = this.log.entryAt(index)!;
      if (entry.kind === 'configuration' && index > this.memberships.current.index) {
        this.memberships.add(entry.configuration, index);
      }
    }
    const applied = stored.applied ?? snapshot?.index ?? 0;
    this.log.commitTo(Math.max(this.log.commit, hardState.commit, applied));
    this.writes = new Writes(this.log.lastIndex);
    this.applying = new Applying(applied, settings.applyBytesMax);
    this.staging = stored.staged && { ...stored.staged, storing: false };
    this.promisedUntil = now + (settings.reads === 'lease' ? settings.electionTimeout : 0);
    // Numbers that no earlier life of this member has used, so that no late answer to it is taken for one to this.
    this.readsForwarded = random.uint32() * 2 ** 20;
    this.role = this.follower(undefined, now);
    if (entries.length > 0 && this.log.lastTerm > this.termNow) {
      violated(`stored term ${this.termNow}, but the log ends with term ${this.log.lastTerm}`);
    }
  }

  get term(): number {
    return this.termNow;
  }

  get vote(): MemberId | undefined {
    return this.voteNow;
  }

  get membership(): Membership {
    return this.memberships.current;
  }

  /** The latest time it has been told. */
  get now(): number {
    return this.latest;
  }

  get leader(): MemberId | undefined {
    const { role } = this;
    if (role.name === 'leader') return this.id;
    return role.name === 'follower' ? role.following?.id : undefined;
  }

  advanceTime(now: number): void {
    if (!(now >= this.latest)) violated(`time falls from ${this.latest} to ${now}`);
    this.latest = now;
  }

  /** When a follower that hears nothing from now on campaigns. */
  electionAfter(now: number): number {
    const { electionTimeout, priority, random } = this.settings;
    const patience = Math.floor((electionTimeout * (10 - priority)) / 10);
    return now + electionTimeout + random.below(electionTimeout) + patience;
  }

  become(role: Role): void {
    const { role: before } = this;
    if (before.name === 'follower') {
      for (const id of before.reads.takeAll()) this.refuseRead(id, 'leader-changed');
    } else if (before.name === 'leader') {
      for (const { from, read } of before.reads.early) this.refuseReadOf(from, read, 'leader-changed');
      for (const { from, read } of before.reads.unconfirmed) this.refuseReadOf(from, read, 'leader-changed');
    }
    this.role = role;
  }

  becomeFollower(term: number, leader: MemberId | undefined, now: number): void {
    if (term < this.termNow) violated(`${this.id} goes from term ${this.termNow} back to ${term}`);
    if (leader === this.id) violated(`${this.id} follows itself in term ${term}`);
    this.enterTerm(term);
    this.become(this.follower(leader, now));
  }

  enterTerm(term: number): void {
    if (term < this.termNow) violated(`term falls from ${this.termNow} to ${term}`);
    if (term === this.termNow) return;
    this.termNow = term;
    this.voteNow = undefined;
    this.writes.hardStateIsNew();
  }

  voteFor(candidate: MemberId): void {
    if (this.voteNow === candidate) return;
    if (this.voteNow !== undefined) {
      violated(`${this.id} votes for ${candidate} after ${this.voteNow} in term ${this.termNow}`);
    }
    this.voteNow = candidate;
    this.writes.hardStateIsNew();
  }

  append(entry: Entry<Command>): void {
    if (entry.term > this.termNow) {
      violated(`entry ${entry.index} of term ${entry.term} appended in term ${this.termNow}`);
    }
    this.log.append(entry);
    if (entry.kind === 'configuration') this.memberships.add(entry.configuration, entry.index);
  }

  truncateFrom(index: number): void {
    if (this.role.name === 'leader') violated(`leader ${this.id} truncates its log from ${index}`);
    this.log.truncateFrom(index);
    this.memberships.truncateFrom(index);
    this.writes.truncated(index);
  }

  send(message: Message<Command>): void {
    this.outbox.send(message);
  }

  /** Sends `message` once the hard state, and the log up to `index`, are durable. */
  sendWhenDurable(message: Message<Command>, index: number): void {
    const sequence = this.writes.sequenceFor(index);
    if (sequence <= this.writes.durableSequence && message.to !== this.id) this.outbox.send(message);
    else this.outbox.hold(message, sequence);
  }

  /** A number under which a read can be sent to the leader. */
  nextReadNumber(): number {
    return ++this.readsForwarded;
  }

  refuseRead(id: number, refusal: ReadRefusal): void {
    this.outbox.reads.push({ outcome: 'refused', id, refusal });
  }

  /** Refuses a read of this member's own, or one that another has sent it. */
  refuseReadOf(from: MemberId, read: number, refusal: ReadRefusal): void {
    if (from === this.id) this.refuseRead(read, refusal);
    else {
      const { id, termNow: term } = this;
      this.send({ kind: 'read-response', from: id, to: from, term, read, index: undefined });
    }
  }

  private follower(leader: MemberId | undefined, now: number): Role {
    const { role } = this;
    const following = leader === undefined ? undefined : { id: leader, heardAt: now };
    // A later term alone is no reason for more patience: candidates that cannot win would keep off those that can.
    const patient = leader === undefined && role?.name === 'follower';
    const electionAt = patient ? role.electionAt : this.electionAfter(now);
    return { name: 'follower', following, electionAt, reads: new ForwardedReads() };
  }
}

/** Entries that begin after a gap of compacted ones have their first one as the base: its predecessor is unknown. */
function loadLog<Command>(stored: StoredState<Command>): Log<Command> {
  const { snapshot, entries } = stored;
  const first = entries[0];
  let baseIndex = snapshot?.index ?? 0;
  let baseTerm = snapshot?.term ?? 0;
  let from = 0;
  if (first !== undefined && first.index !== baseIndex + 1) {
    if (first.index > baseIndex + 1) violated(`stored entries begin at ${first.index} after ${baseIndex}`);
    if (first.index === 1) {
      baseIndex = 0;
      baseTerm = 0;
    } else {
      baseIndex = first.index;
      baseTerm = first.term;
      from = 1;
    }
  }
  const log = new Log<Command>(baseIndex, baseTerm, snapshot);
  for (let place = from; place < entries.length; place++) log.append(entries[place]!);
  if (
    snapshot !== undefined &&
    log.lastIndex >= snapshot.index &&
    log.termAt(snapshot.index) !== snapshot.term
  ) {
    violated(
      `stored snapshot ends with term ${snapshot.term}, its last entry has ${log.termAt(snapshot.index)}`,
    );
  }
  if (log.lastIndex < (snapshot?.index ?? 0)) {
    violated(`stored entries end at ${log.lastIndex}, before their snapshot ends at ${snapshot?.index}`);
  }
  return log;
}
