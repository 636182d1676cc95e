import { invalidArgument } from '@holdfast/core';
import { violated } from './invariant.ts';

export interface SessionsOptions {
  /** Sessions at once. One more displaces the one that has been idle longest. Default 10,000. */
  readonly sessionsMax?: number;
  /** Microseconds of the log's time after which an idle session ends. Default an hour. */
  readonly idleMax?: number;
  /** Requests of one session whose responses are kept: as many as its client may have under way. Default 64. */
  readonly requestsMax?: number;
}

/** A request as its client numbers it, and as it stands in the log. */
export interface SessionRequest {
  /** What {@link Sessions.register} returned. */
  readonly session: number;
  /** Counts the requests of this session from 1. A retry has the number of its original. */
  readonly sequence: number;
  /** All requests below this have been answered: their responses may be forgotten. */
  readonly answeredBelow: number;
}

/**
 * What becomes of a request. `applied`: now. `repeated`: it was before, this is the response it got. `ended`: there is no
 * such session any more, so that nobody knows whether it was applied before. `answered`: it was applied, and its client
 * has said that it has the response. `too-many`: its session has too many requests under way.
 */
export type SessionOutcome<Response> =
  | { readonly outcome: 'applied' | 'repeated'; readonly response: Response }
  | { readonly outcome: 'ended' | 'answered' | 'too-many' };

/** All of it as plain data, for snapshots of the state machine. */
export interface SessionsSnapshot<Response> {
  readonly time: number;
  /** The one that has been idle longest first. */
  readonly sessions: readonly {
    readonly id: number;
    readonly usedAt: number;
    readonly answeredBelow: number;
    readonly responses: readonly (readonly [sequence: number, response: Response])[];
  }[];
}

interface Session<Response> {
  usedAt: number;
  answeredBelow: number;
  readonly responses: Map<number, Response>;
}

const hour = 3_600_000_000;

/**
 * Lets clients repeat requests without their being applied twice (dissertation 6.3). It stands beside the state machine
 * on each member and sees the same entries in the same order, so that it is the same everywhere: also its time, which is
 * what proposers write into their entries, and never falls.
 */
export class Sessions<Response> {
  private readonly sessionsMax: number;
  private readonly idleMax: number;
  private readonly requestsMax: number;
  /** In the order of their last use. */
  private readonly sessions = new Map<number, Session<Response>>();
  private time = 0;

  /** @throws HoldfastError INVALID_ARGUMENT for an option that cannot work. */
  constructor(options: SessionsOptions = {}, snapshot?: SessionsSnapshot<Response>) {
    this.sessionsMax = positive('sessionsMax', options.sessionsMax ?? 10_000);
    this.idleMax = positive('idleMax', options.idleMax ?? hour);
    this.requestsMax = positive('requestsMax', options.requestsMax ?? 64);
    if (snapshot === undefined) return;
    this.time = snapshot.time;
    for (const { id, usedAt, answeredBelow, responses } of snapshot.sessions) {
      this.sessions.set(id, { usedAt, answeredBelow, responses: new Map(responses) });
    }
  }

  get size(): number {
    return this.sessions.size;
  }

  /** Applies an entry that opens a session. The index of that entry is its id. */
  register(index: number, time: number): number {
    this.advance(time);
    if (this.sessions.has(index)) violated(`a second session registered at ${index}`);
    if (this.sessions.size >= this.sessionsMax) {
      for (const idlest of this.sessions.keys()) {
        this.sessions.delete(idlest);
        break;
      }
    }
    this.sessions.set(index, { usedAt: this.time, answeredBelow: 1, responses: new Map() });
    return index;
  }

  /** Applies an entry that carries a request: calls `apply` if it is the first one of its number. */
  execute(request: SessionRequest, time: number, apply: () => Response): SessionOutcome<Response> {
    this.advance(time);
    const session = this.use(request.session);
    if (session === undefined) return { outcome: 'ended' };
    forgetAnswered(session, request.answeredBelow);
    const { sequence } = request;
    if (sequence < session.answeredBelow) return { outcome: 'answered' };
    if (session.responses.has(sequence)) {
      return { outcome: 'repeated', response: session.responses.get(sequence)! };
    }
    if (session.responses.size >= this.requestsMax) return { outcome: 'too-many' };
    const response = apply();
    session.responses.set(sequence, response);
    return { outcome: 'applied', response };
  }

  /** Applies an entry that only says that a client is still there. Whether its session is. */
  keepAlive(session: number, time: number): boolean {
    this.advance(time);
    return this.use(session) !== undefined;
  }

  /** Applies an entry that ends a session. */
  close(session: number, time: number): void {
    this.advance(time);
    this.sessions.delete(session);
  }

  snapshot(): SessionsSnapshot<Response> {
    return {
      time: this.time,
      sessions: Array.from(this.sessions, ([id, { usedAt, answeredBelow, responses }]) => ({
        id,
        usedAt,
        answeredBelow,
        responses: [...responses],
      })),
    };
  }

  /** Ends what has been idle too long. A proposer whose clock is behind sets nothing back. */
  private advance(time: number): void {
    this.time = Math.max(this.time, time);
    for (const [id, { usedAt }] of this.sessions) {
      if (usedAt > this.time) violated(`session ${id} used at ${usedAt}, after ${this.time}`);
      if (usedAt + this.idleMax > this.time) break;
      this.sessions.delete(id);
    }
  }

  private use(id: number): Session<Response> | undefined {
    const session = this.sessions.get(id);
    if (session === undefined) return undefined;
    session.usedAt = this.time;
    this.sessions.delete(id);
    this.sessions.set(id, session);
    return session;
  }
}

function forgetAnswered<Response>(session: Session<Response>, answeredBelow: number): void {
  if (answeredBelow <= session.answeredBelow) return;
  session.answeredBelow = answeredBelow;
  for (const sequence of session.responses.keys()) {
    if (sequence < answeredBelow) session.responses.delete(sequence);
  }
}

function positive(field: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw invalidArgument(field, value, 'a whole number of at least 1');
}
