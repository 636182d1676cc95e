import type { CommandKind } from '../command.ts';
import { SharedMap } from '../memory/shared-map.ts';
import type { EtcdRefusal } from '../state-machine.ts';

/** What a request was answered, as it is kept for a client that asks again. */
export interface Answer {
  /** The store's revision after it. */
  readonly revision: number;
  /** The kind of its command, which tells what `response` is. */
  readonly kind: CommandKind;
  /** The encoded response message; undefined for a refusal. */
  readonly response: Uint8Array | undefined;
  readonly refusal: EtcdRefusal | undefined;
}

/** One client's session, as it is in snapshots. */
export interface Session {
  readonly id: number;
  /** The cluster's time of its last use, and the entry in the log that was. */
  readonly usedAt: number;
  readonly usedIndex: number;
  readonly answeredBelow: number;
  readonly answers: ReadonlyMap<number, Answer>;
}

/**
 * What becomes of a request: `new`: apply it, and `answer`. `repeated`: it was applied, and got this. `ended`: there is no
 * such session any more, so that nobody knows whether it was applied. `answered`: it was, and its client has said that it
 * has the answer. `too-many`: the session has too many requests under way.
 */
export type SessionOutcome = 'new' | Answer | 'ended' | 'answered' | 'too-many';

export interface SessionLimits {
  /** Sessions at once. One more displaces the one that has been idle longest. Default 10,000. */
  readonly sessionsMax?: number;
  /** Microseconds of the cluster's time after which an idle session ends. Default an hour. */
  readonly idleMax?: number;
  /** Answers kept for one session: as many as its client may have under way. Default 1024. */
  readonly requestsMax?: number;
}

interface LiveSession {
  readonly id: number;
  /** Those of earlier generations may be frozen, and are copied before they change. */
  generation: number;
  usedAt: number;
  usedIndex: number;
  answeredBelow: number;
  readonly answers: Map<number, Answer>;
}

/**
 * Lets clients repeat requests without their being applied twice (dissertation 6.3): what Raft's `Sessions` does, in a
 * form that a snapshot freezes in no time. Its clock is what proposers write into the log.
 */
export class SessionTable {
  private readonly sessionsMax: number;
  readonly idleMax: number;
  readonly requestsMax: number;
  /** In the order of their last use. */
  private readonly byUse: Map<number, LiveSession> = new Map();
  /** The same by id, for snapshots. */
  private readonly byId: SharedMap<number, LiveSession> = new SharedMap();
  private generation = 0;
  private time = 0;
  /** The one that was used last, and thus stands last in `byUse`. */
  private lastUsed: LiveSession | undefined;
  /** Before this time no session can have been idle for too long. */
  private noneEndsBefore = 0;

  constructor(limits: SessionLimits = {}) {
    this.sessionsMax = limits.sessionsMax ?? 10_000;
    this.idleMax = limits.idleMax ?? 3_600_000_000;
    this.requestsMax = limits.requestsMax ?? 1024;
  }

  get count(): number {
    return this.byUse.size;
  }

  /** The latest time that it has been told. */
  get now(): number {
    return this.time;
  }

  register(index: number, time: number): void {
    this.advance(time);
    if (this.byUse.size >= this.sessionsMax) {
      for (const idlest of this.byUse.keys()) {
        this.remove(idlest);
        break;
      }
    }
    this.add({ id: index, usedAt: this.time, usedIndex: index, answeredBelow: 1, answers: new Map() });
  }

  /** Looks at a request before it is applied. If it is new, `answer` comes next. */
  begin(id: number, sequence: number, answeredBelow: number, index: number, time: number): SessionOutcome {
    this.advance(time);
    const session = this.use(id, index);
    if (session === undefined) return 'ended';
    forgetAnswered(session, answeredBelow);
    if (sequence < session.answeredBelow) return 'answered';
    const answer = session.answers.get(sequence);
    if (answer !== undefined) return answer;
    return session.answers.size >= this.requestsMax ? 'too-many' : 'new';
  }

  /** Keeps the answer of the request that has just begun. */
  answer(sequence: number, answer: Answer): void {
    this.lastUsed?.answers.set(sequence, answer);
  }

  keepAlive(id: number, index: number, time: number): boolean {
    this.advance(time);
    return this.use(id, index) !== undefined;
  }

  close(id: number, time: number): void {
    this.advance(time);
    this.remove(id);
  }

  /** By id. */
  freeze(): Iterable<Session> {
    this.generation++;
    return this.byId.freeze();
  }

  /** Fills an empty table with what a snapshot has. */
  restore(time: number, sessions: Session[]): void {
    this.time = time;
    sessions.sort((one, other) => one.usedIndex - other.usedIndex);
    for (const session of sessions) this.add(session);
  }

  private add(session: Session): void {
    const live: LiveSession = { ...session, generation: this.generation, answers: new Map(session.answers) };
    this.byUse.set(live.id, live);
    this.byId.set(live.id, live);
    this.lastUsed = live;
  }

  private remove(id: number): void {
    if (this.byUse.delete(id)) this.byId.delete(id);
  }

  /** Ends what has been idle too long. A proposer whose clock is behind sets nothing back. */
  private advance(time: number): void {
    if (time > this.time) this.time = time;
    if (this.time < this.noneEndsBefore) return;
    for (const session of this.byUse.values()) {
      this.noneEndsBefore = session.usedAt + this.idleMax;
      if (this.noneEndsBefore > this.time) return;
      this.remove(session.id);
    }
    this.noneEndsBefore = this.time + this.idleMax;
  }

  private use(id: number, index: number): LiveSession | undefined {
    let session = this.byUse.get(id);
    if (session === undefined) return undefined;
    if (session.generation !== this.generation) {
      session = { ...session, generation: this.generation, answers: new Map(session.answers) };
      this.byId.set(id, session);
    }
    session.usedAt = this.time;
    session.usedIndex = index;
    if (session !== this.lastUsed) {
      this.byUse.delete(id);
      this.byUse.set(id, session);
      this.lastUsed = session;
    }
    return session;
  }
}

function forgetAnswered(session: LiveSession, answeredBelow: number): void {
  const from = session.answeredBelow;
  if (answeredBelow <= from) return;
  session.answeredBelow = answeredBelow;
  const { answers } = session;
  if (answeredBelow - from <= answers.size) {
    for (let sequence = from; sequence < answeredBelow; sequence++) answers.delete(sequence);
    return;
  }
  for (const sequence of answers.keys()) if (sequence < answeredBelow) answers.delete(sequence);
}
