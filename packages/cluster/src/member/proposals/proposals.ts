import { type HoldfastError, offAbort, onAbort, Timer, toAbortError, type World } from '@holdfast/core';
import type { Proposal, RoleName } from '@holdfast/raft';
import { clusterErrors } from '../../errors.ts';
import type { Applied } from '../../state/state-machine.ts';
import type { RequestOptions } from '../cluster-member.ts';
import { neverBegun } from '../member-end.ts';
import { ByteWriter } from '../wire/byte-writer.ts';
import type { ClusterTime } from './cluster-time.ts';
import { envelopeBytes, sealCommand } from './envelope.ts';
import { ForwardIntake } from './forward-intake.ts';
import {
  encodeForward,
  encodeForwardAnswer,
  type Forward,
  type ForwardAnswer,
  type ForwardRefusal,
} from './forward-messages.ts';
import { ForwardStream } from './forward-stream.ts';
import { PendingProposal, type ProposalOwner } from './pending-proposal.ts';

/** What proposals need of the member that they are made on. */
export interface ProposalPort {
  readonly role: RoleName;
  readonly term: number;
  readonly leader: string | undefined;
  /** Whether nothing can be written for lack of room. */
  readonly readOnly: boolean;
  propose(command: Uint8Array): Proposal;
  /** False when it was dropped. */
  post(to: string, message: Uint8Array): boolean;
  /** Something is to be done at the end of this turn. */
  touch(): void;
}

export interface ProposalLimits {
  readonly proposals: number;
  readonly proposalBytes: number;
  readonly commandBytes: number;
  /** Microseconds. */
  readonly requestTimeout: number;
  /** Microseconds after which something that was not answered is sent again. */
  readonly retryAfter: number;
}

/**
 * The proposals made on this member, from when they are asked for until they are applied here.
 *
 * A leader takes a proposal only in the term in which it was handed to it. So once an entry of a later term has been
 * applied, those of earlier terms that were not are lost for good, and are proposed anew without any danger of being
 * applied twice. What became of one is unknown only when time runs out, or when a snapshot has been installed meanwhile.
 */
export class Proposals implements ProposalOwner {
  readonly #port: ProposalPort;
  readonly #world: World;
  readonly #time: ClusterTime;
  readonly #limits: ProposalLimits;
  readonly #refusing: (error: HoldfastError) => void;
  readonly #writer = new ByteWriter();
  readonly #origin: number;
  #sequence = 0;
  readonly #pending = new Map<number, PendingProposal>();
  #pendingBytes = 0;
  /** Those that no leader has. */
  #waiting: PendingProposal[] = [];
  #tryAgain = false;
  readonly #stream = new ForwardStream();
  readonly #intake = new ForwardIntake();
  readonly #retry: Retry;
  #stoppedBy: HoldfastError | undefined;
  failed = 0;
  applications = 0;

  /** `refusing` hears of each refusal. */
  constructor(
    port: ProposalPort,
    world: World,
    time: ClusterTime,
    limits: ProposalLimits,
    refusing: (error: HoldfastError) => void = () => {},
  ) {
    this.#port = port;
    this.#world = world;
    this.#time = time;
    this.#limits = limits;
    this.#refusing = refusing;
    this.#origin = world.random.uint32();
    this.#retry = new Retry(this, world, limits.retryAfter);
  }

  /** Stands before each command of this life of the member. */
  get origin(): number {
    return this.#origin;
  }

  get pending(): number {
    return this.#pending.size;
  }

  propose(command: Uint8Array, options: RequestOptions | undefined): Promise<Applied> {
    return this.#begin(command, options, false);
  }

  /** Has a command decided in the term in which this member leads now, or not at all. */
  proposeHere(command: Uint8Array): Promise<Applied> {
    return this.#port.role === 'leader'
      ? this.#begin(command, undefined, true)
      : Promise.reject(notDecided('this member does not lead'));
  }

  #begin(command: Uint8Array, options: RequestOptions | undefined, bound: boolean): Promise<Applied> {
    if (this.#stoppedBy !== undefined) return Promise.reject(neverBegun(this.#stoppedBy));
    const refusal = this.#refusal(command, bound);
    if (refusal !== undefined) {
      this.#refusing(refusal);
      return Promise.reject(refusal);
    }
    const signal = options?.signal;
    if (signal?.aborted === true) return Promise.reject(toAbortError(signal.reason, 'propose'));
    return new Promise((resolve, reject) => {
      const { clock, timers } = this.#world;
      const now = clock.now();
      const sequence = ++this.#sequence;
      const sealed = sealCommand(this.#writer, this.#origin, sequence, this.#time.at(now), command);
      const proposal = new PendingProposal(this, sequence, sealed, signal, bound, resolve, reject);
      this.#pending.set(sequence, proposal);
      this.#pendingBytes += sealed.length;
      timers.arm(proposal, now + (options?.timeout ?? this.#limits.requestTimeout));
      if (signal !== undefined) onAbort(signal, proposal);
      this.#submit(proposal);
      this.#port.touch();
    });
  }

  /** A proposal of this life has been applied here. */
  applied(sequence: number, applied: Applied): void {
    const proposal = this.#pending.get(sequence);
    if (proposal === undefined) return;
    this.#end(proposal);
    this.applications++;
    proposal.resolve(applied);
  }

  /** The first entry of `term` has been applied: what earlier leaders were handed and is not applied, never will be. */
  termBegan(term: number): void {
    for (const proposal of this.#pending.values()) {
      if (proposal.term === 0 || proposal.term >= term) continue;
      if (proposal.bound) {
        this.#fail(proposal, notDecided('its leader was deposed before it was decided'));
        continue;
      }
      proposal.term = 0;
      this.#waiting.push(proposal);
      this.#tryAgain = true;
    }
    if (this.#tryAgain) this.#port.touch();
  }

  /** A snapshot has taken the place of the state: nobody can tell which proposals are in it. */
  covered(): void {
    for (const proposal of this.#pending.values()) {
      if (proposal.term === 0) continue;
      this.#fail(
        proposal,
        clusterErrors.create('LEADER_CHANGED', {
          message: 'the member fell behind and took a snapshot while the proposal was under way',
        }),
      );
    }
  }

  /** Another leader, or none: what waits for one is tried again. */
  leaderChanged(): void {
    this.#tryAgain = true;
    this.#port.touch();
  }

  /** Hands on what has gathered. */
  flush(): void {
    if (this.#tryAgain) this.#resubmit();
    const { role, term, leader } = this.#port;
    if (this.#stream.empty || role === 'leader' || !this.#stream.isTo(leader, term)) return;
    this.#stream.flush((stream, first, proposals) =>
      this.#port.post(
        leader!,
        encodeForward(this.#writer, {
          term,
          origin: this.#origin,
          stream,
          first,
          commands: proposals.map(({ sealed }) => sealed),
        }),
      ),
    );
    this.#retry.begin();
  }

  /** Proposals from a follower. */
  receive(from: string, forward: Forward): void {
    if (this.#port.role !== 'leader') return;
    const answer = this.#intake.take(this.#port.term, from, forward, (command) =>
      this.#takeForwarded(command),
    );
    if (answer !== undefined) this.#port.post(from, encodeForwardAnswer(this.#writer, answer));
  }

  /** What the leader says of proposals that it was sent. */
  receiveAnswer(from: string, answer: ForwardAnswer): void {
    if (!this.#stream.isTo(from, answer.term) || answer.origin !== this.#origin) return;
    for (const proposal of this.#stream.answered(answer)) {
      // A late answer finds it proposed anew: a later term has begun here, and no other stream has been opened since.
      if (proposal.done || proposal.term !== answer.term) continue;
      if (answer.refusal === 'busy') {
        this.#refuse(proposal, tooMany('the leader has as much under way as it may'));
      } else {
        proposal.term = 0;
        this.#waiting.push(proposal);
        this.#retry.begin();
      }
    }
  }

  /** Time has passed without an answer: sends again, tries again. Whether there is anything left to look after. */
  retry(): boolean {
    this.#stream.check();
    this.#tryAgain = true;
    this.#port.touch();
    return !this.#stream.empty || this.#waiting.length > 0;
  }

  timedOut(proposal: PendingProposal): void {
    const { term } = proposal;
    this.#fail(
      proposal,
      term === 0
        ? clusterErrors.create('NO_LEADER', { message: 'no leader took the proposal in time' })
        : clusterErrors.create('REQUEST_TIMED_OUT', {
            message: 'the proposal was not decided in time; it may be decided yet',
            context: { term },
          }),
    );
  }

  aborted(proposal: PendingProposal, reason: unknown): void {
    this.#fail(proposal, toAbortError(reason, 'propose'));
  }

  /** Takes nothing more. What a leader has may be decided yet; what none has never will be. */
  stop(error: HoldfastError): void {
    this.#stoppedBy = error;
    this.#retry.end();
    this.#waiting = [];
    for (const proposal of this.#pending.values()) {
      this.#fail(proposal, proposal.term === 0 ? neverBegun(error) : error);
    }
  }

  /** What the leader has to do of itself, such as revoking leases, is bounded elsewhere. */
  #refusal(command: Uint8Array, bound: boolean): HoldfastError | undefined {
    const { proposals, proposalBytes, commandBytes } = this.#limits;
    if (command.length > commandBytes) {
      return clusterErrors.create('REQUEST_TOO_LARGE', {
        message: `a command of ${command.length} bytes, of ${commandBytes} at most`,
      });
    }
    if (this.#port.readOnly && this.#port.role === 'leader') {
      return clusterErrors.create('MEMBER_READ_ONLY', {
        message: 'the disk of the member that leads is full',
      });
    }
    const { count, bytes } = this.#underWay();
    const fits = count < proposals && bytes + command.length + envelopeBytes <= proposalBytes;
    if (bound || fits) return undefined;
    return tooMany(`${count} proposals of ${bytes} bytes are under way`);
  }

  /** What a leader was sent and has not answered is kept, whether anybody waits for it or not. */
  #underWay(): { readonly count: number; readonly bytes: number } {
    const { leader, term } = this.#port;
    const count = this.#pending.size;
    const bytes = this.#pendingBytes;
    if (!this.#stream.isTo(leader, term)) return { count, bytes };
    return { count: Math.max(count, this.#stream.length), bytes: Math.max(bytes, this.#stream.bytes) };
  }

  /** Hands it to whoever leads; lets it wait where nobody does. */
  #submit(proposal: PendingProposal): void {
    const { role, leader, term } = this.#port;
    if (role === 'leader') {
      const proposed = this.#port.propose(proposal.sealed);
      if (proposed.outcome === 'proposed') {
        proposal.term = proposed.term;
        return;
      }
      if (proposed.refusal === 'too-much-uncommitted') {
        this.#refuse(proposal, tooMany('as many bytes are not committed yet as may be'));
        return;
      }
    } else if (leader !== undefined && !proposal.bound) {
      this.#stream.open(leader, term);
      this.#stream.add(proposal);
      return;
    }
    if (proposal.bound) this.#fail(proposal, notDecided('this member is giving up leadership'));
    else {
      this.#waiting.push(proposal);
      this.#retry.begin();
    }
  }

  #resubmit(): void {
    this.#tryAgain = false;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const proposal of waiting) if (!proposal.done) this.#submit(proposal);
  }

  #takeForwarded(command: Uint8Array): ForwardRefusal | undefined {
    if (this.#port.readOnly) return 'busy';
    const proposed = this.#port.propose(command);
    if (proposed.outcome === 'proposed') return undefined;
    return proposed.refusal === 'too-much-uncommitted' ? 'busy' : 'transferring';
  }

  #refuse(proposal: PendingProposal, error: HoldfastError): void {
    if (proposal.done) return;
    this.#refusing(error);
    this.#fail(proposal, error);
  }

  #fail(proposal: PendingProposal, error: unknown): void {
    if (proposal.done) return;
    this.#end(proposal);
    this.failed++;
    proposal.reject(error);
  }

  #end(proposal: PendingProposal): void {
    proposal.done = true;
    this.#pending.delete(proposal.sequence);
    this.#pendingBytes -= proposal.sealed.length;
    this.#world.timers.disarm(proposal);
    if (proposal.signal !== undefined) offAbort(proposal.signal, proposal);
  }
}

/** Ticks while something may have to be sent again. */
class Retry extends Timer {
  readonly #proposals: Proposals;
  readonly #world: World;
  readonly #every: number;

  constructor(proposals: Proposals, world: World, every: number) {
    super();
    this.#proposals = proposals;
    this.#world = world;
    this.#every = every;
  }

  begin(): void {
    if (!this.armed) this.#world.timers.arm(this, this.#world.clock.now() + this.#every);
  }

  end(): void {
    this.#world.timers.disarm(this);
  }

  override fire(): void {
    if (this.#proposals.retry()) this.begin();
  }
}

function tooMany(message: string): HoldfastError<'TOO_MANY_REQUESTS'> {
  return clusterErrors.create('TOO_MANY_REQUESTS', { message });
}

function notDecided(message: string): Error {
  return clusterErrors.create('LEADER_CHANGED', { message, executed: 'no', retryable: 'safe' });
}
