import { type HoldfastError, sleep, toMillis, type World } from '@holdfast/core';
import type { MemberChange, Raft, RaftStatus } from '@holdfast/raft';
import { clusterErrors } from '../../errors.ts';
import { EtcdError, etcdRefusals } from '../../etcd/etcd-errors.ts';
import { Member } from '../../etcd/membership.ts';
import { type CommandKind, encodeCommand } from '../../state/command.ts';
import type { Applied, EtcdRefusal } from '../../state/state-machine.ts';
import type { MemberDescription } from '../cluster-member.ts';
import type { RaftDriver } from '../raft-driver.ts';
import type { KnownMembers } from './known-members.ts';
import { memberIdOf, numberOf } from './member-id.ts';
import { addressOf } from './peer-url.ts';
import { PendingChange } from './pending-change.ts';

export interface MembershipChangesOptions {
  readonly world: World;
  readonly driver: Pick<RaftDriver, 'proposeMembers'> & {
    readonly raft: Pick<Raft<Uint8Array>, 'id' | 'status'>;
  };
  readonly known: KnownMembers;
  readonly token: string;
  /** Refuse what would leave too few members up. */
  readonly strict: boolean;
  /** Microseconds without a word after which a member counts as down. */
  readonly downAfter: number;
  /** Microseconds that a change may take. */
  readonly timeout: number;
  /** Proposes in this term, or not at all: another leader makes its own changes. */
  readonly proposeHere: (command: Uint8Array) => Promise<Applied>;
  /** The cluster's time, in seconds. */
  readonly seconds: () => number;
}

/** Learners at a time; etcd's. */
const learnersMax = 1;
/** How much of the leader's log a learner must have to be promoted; etcd's. */
const readyShare = 0.9;
/** Microseconds until a change is tried again while another one is under way. */
const tryAgainAfter = 20_000;

/**
 * Changes of who takes part, on the member that leads, with the rules of etcd. Where a member is reached is a command of
 * the state; who votes is Raft's. A member's command comes first when it is added, so that everybody knows how to reach
 * it, and last when it is removed.
 */
export class MembershipChanges {
  readonly #options: MembershipChangesOptions;
  #waiting: PendingChange[] = [];
  #stoppedBy: HoldfastError | undefined;
  /** One change at a time: between its steps, what is half done looks wrong to others. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: MembershipChangesOptions) {
    this.#options = options;
  }

  add(peerUrls: readonly string[], learner: boolean): Promise<MemberDescription> {
    return this.#alone(() => this.#add(peerUrls, learner));
  }

  remove(id: string): Promise<void> {
    return this.#alone(() => this.#remove(id));
  }

  update(id: string, peerUrls: readonly string[]): Promise<void> {
    return this.#alone(() => this.#update(id, peerUrls));
  }

  promote(id: string): Promise<void> {
    return this.#alone(() => this.#promote(id));
  }

  /** Writes into the state what a new leader finds missing there, and takes out who does not take part any more. */
  reconcile(): Promise<void> {
    return this.#alone(() => this.#reconcile());
  }

  #alone<Result>(act: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(act);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async #add(peerUrls: readonly string[], learner: boolean): Promise<MemberDescription> {
    const { known, token, seconds } = this.#options;
    if (peerUrls.length === 0 || peerUrls.some((url) => addressOf(url) === undefined)) {
      throw new EtcdError(etcdRefusals.memberBadUrls);
    }
    const members = known.list();
    refuseIf(
      members.some((member) => member.peerUrls.some((url) => peerUrls.includes(url))),
      etcdRefusals.peerUrlExist,
    );
    const id = memberIdOf(peerUrls, token, seconds());
    refuseIf(known.get(id) !== undefined || known.isRemoved(id), etcdRefusals.memberExist);
    if (learner) {
      refuseIf(
        members.filter((member) => member.learner).length >= learnersMax,
        etcdRefusals.tooManyLearners,
      );
    } else this.#checkVoterMayCome(members);
    const member = { id, name: '', peerUrls, clientUrls: [], learner };
    await this.#propose('member-put', member);
    await this.#change({ member: id, role: learner ? 'learner' : 'voter' });
    return member;
  }

  async #remove(id: string): Promise<void> {
    const member = this.#member(id);
    if (!member.learner) this.#checkVoterMayGo(id);
    await this.#change({ member: id, role: 'removed' });
    // Who removes itself is gone now.
    if (id !== this.#options.driver.raft.id) await this.#note('member-remove', member);
  }

  async #update(id: string, peerUrls: readonly string[]): Promise<void> {
    const { known } = this.#options;
    if (peerUrls.length === 0 || peerUrls.some((url) => addressOf(url) === undefined)) {
      throw new EtcdError(etcdRefusals.memberBadUrls);
    }
    const member = this.#member(id);
    const taken = known
      .list()
      .some((other) => other.id !== id && other.peerUrls.some((url) => peerUrls.includes(url)));
    refuseIf(taken, etcdRefusals.peerUrlExist);
    await this.#propose('member-put', { ...member, peerUrls });
  }

  async #promote(id: string): Promise<void> {
    const member = this.#member(id);
    refuseIf(!member.learner, etcdRefusals.memberNotLearner);
    const { lastIndex, peers } = this.#options.driver.raft.status();
    const match = peers.find((peer) => peer.id === id)?.match ?? 0;
    refuseIf(match < lastIndex * readyShare, etcdRefusals.learnerNotReady);
    this.#checkVoterMayCome(this.#options.known.list().filter((other) => other.id !== id));
    await this.#change({ member: id, role: 'voter' });
    await this.#note('member-put', { ...member, learner: false });
  }

  async #reconcile(): Promise<void> {
    const { known } = this.#options;
    // Each says its name itself, once it has started.
    for (const member of known.unlisted()) await this.#propose('member-put', { ...member, name: '' });
    for (const { id } of known.strays()) {
      await this.#options.proposeHere(
        encodeCommand({ kind: 'member-remove', payload: Member.encode(Member.create({ id })) }),
      );
    }
  }

  /** A configuration has been applied. */
  applied(index: number, term: number): void {
    this.#settle((waiting) =>
      waiting.index > index ? undefined : waiting.index === index && waiting.term === term,
    );
  }

  /** What earlier leaders were about to change, and has not come, never comes. */
  termBegan(term: number): void {
    this.#settle((waiting) => (waiting.term < term ? false : undefined));
  }

  /** A snapshot has taken the place of the state: nobody can tell which changes are in it. */
  covered(): void {
    this.#failAll(
      clusterErrors.create('LEADER_CHANGED', {
        message: 'the member fell behind and took a snapshot while the change was under way',
      }),
    );
  }

  stop(error: HoldfastError): void {
    this.#stoppedBy = error;
    this.#failAll(error);
  }

  #failAll(error: HoldfastError): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const each of waiting) this.#end(each).reject(error);
  }

  /** `judge` says whether what somebody waits for has come, never will, or (undefined) may come yet. */
  #settle(judge: (waiting: PendingChange) => boolean | undefined): void {
    if (this.#waiting.length === 0) return;
    this.#waiting = this.#waiting.filter((waiting) => {
      const came = judge(waiting);
      if (came === true) this.#end(waiting).resolve();
      else if (came === false) this.#end(waiting).reject(leaderChanged());
      return came === undefined;
    });
  }

  #end(waiting: PendingChange): PendingChange {
    this.#options.world.timers.disarm(waiting);
    return waiting;
  }

  #member(id: string): MemberDescription {
    const member = this.#options.known.get(id);
    if (member === undefined) throw new EtcdError(etcdRefusals.memberNotFound);
    return member;
  }

  async #change(change: MemberChange): Promise<void> {
    const { driver, world, timeout } = this.#options;
    const until = world.clock.now() + timeout;
    for (;;) {
      if (this.#stoppedBy !== undefined) throw this.#stoppedBy;
      const proposed = driver.proposeMembers({ kind: 'change', members: [change] });
      if (proposed.outcome === 'proposed') {
        await this.#decided(proposed.index, proposed.term, until);
        return;
      }
      if (proposed.refusal === 'not-leader') throw leaderChanged();
      if (proposed.refusal === 'invalid-change') throw new EtcdError(etcdRefusals.memberNotEnoughStarted);
      if (world.clock.now() >= until) {
        throw clusterErrors.create('REQUEST_TIMED_OUT', {
          message: 'another change of the membership is under way',
          executed: 'no',
        });
      }
      await sleep(toMillis(tryAgainAfter), { world });
    }
  }

  #decided(index: number, term: number, until: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting = new PendingChange(index, term, resolve, reject, () => {
        this.#waiting = this.#waiting.filter((other) => other !== waiting);
      });
      this.#waiting.push(waiting);
      this.#options.world.timers.arm(waiting, until);
    });
  }

  /** Writes into the state what is decided already. Where that fails, whoever leads next finds it missing. */
  async #note(kind: CommandKind, member: MemberDescription): Promise<void> {
    try {
      await this.#propose(kind, member);
    } catch {
      // The change is made all the same.
    }
  }

  async #propose(kind: CommandKind, member: MemberDescription): Promise<void> {
    const { name, peerUrls, clientUrls, learner } = member;
    const payload = Member.encode({
      id: numberOf(member.id),
      name,
      peerUrls,
      clientUrls,
      isLearner: learner,
    });
    const { result } = await this.#options.proposeHere(encodeCommand({ kind, payload }));
    if ('refusal' in result) throw new EtcdError(result.refusal);
  }

  /** Whether, with one more voter that has not started, those that have are a majority. */
  #checkVoterMayCome(members: readonly MemberDescription[]): void {
    if (!this.#options.strict) return;
    const voters = members.filter((member) => !member.learner);
    const started = voters.filter(({ name }) => name !== '').length;
    // A single member may grow: the new one cannot vote it down.
    if (started === 1 && voters.length === 1) return;
    refuseIf(started < Math.floor((voters.length + 1) / 2) + 1, etcdRefusals.memberNotEnoughStarted);
    refuseIf(this.#up(voters).length < voters.length, etcdRefusals.unhealthy);
  }

  /** Whether those that are left are a majority, and up. */
  #checkVoterMayGo(id: string): void {
    const { known, strict } = this.#options;
    const voters = known.list().filter((member) => !member.learner);
    const left = voters.filter((member) => member.id !== id);
    refuseIf(left.length === 0, etcdRefusals.memberNotEnoughStarted);
    if (!strict) return;
    const started = left.filter(({ name }) => name !== '').length;
    refuseIf(started < Math.floor(left.length / 2) + 1, etcdRefusals.memberNotEnoughStarted);
    const up = this.#up(voters);
    // One that is down is no part of the majority that is at work.
    if (!up.some((member) => member.id === id)) return;
    refuseIf(up.length - 1 < 1 + Math.floor((voters.length - 1) / 2), etcdRefusals.unhealthy);
  }

  #up(members: readonly MemberDescription[]): readonly MemberDescription[] {
    const { driver, world, downAfter } = this.#options;
    const { id: self, peers }: RaftStatus = driver.raft.status();
    const since = world.clock.now() - downAfter;
    return members.filter(
      ({ id }) => id === self || peers.some((peer) => peer.id === id && peer.heardAt >= since),
    );
  }
}

function refuseIf(condition: boolean, refusal: EtcdRefusal): void {
  if (condition) throw new EtcdError(refusal);
}

function leaderChanged(): HoldfastError<'LEADER_CHANGED'> {
  return clusterErrors.create('LEADER_CHANGED', {
    message: 'this member does not lead any more, and the change was not made',
    executed: 'no',
    retryable: 'safe',
  });
}
