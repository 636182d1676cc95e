import { runWithoutDeadline, Timer, type World } from '@holdfast/core';
import type { SessionRegisterResponse } from '../session/session-messages.ts';
import type { RequestNumber } from './cluster-channel.ts';
import { orAborted } from './or-aborted.ts';

/** What sessions ask of the client that they belong to. */
export interface SessionCalls {
  register(): Promise<SessionRegisterResponse>;
  /** Whether there still is such a session. */
  keepAlive(id: number): Promise<boolean>;
  close(id: number): Promise<void>;
}

/** The place of one request in its session. */
export interface SessionPlace {
  readonly session: ClientSession;
  readonly sequence: number;
}

/** Sessions of one client at most: each lets as many requests be under way as its server says. */
const sessionsMax = 64;

/**
 * Numbers the writes of a client, so that each may be repeated and is applied once. A session is registered when a write
 * finds no room in those there are; more writes than all of them have room for wait.
 */
export class ClientSessions {
  readonly #world: World;
  readonly #calls: SessionCalls;
  readonly #sessions = new Set<ClientSession>();
  #registering: Promise<void> | undefined;
  /** Those who wait for room, in the order in which they came. */
  readonly #waiting = new Set<() => void>();

  constructor(world: World, calls: SessionCalls) {
    this.#world = world;
    this.#calls = calls;
  }

  /** A place for a new request, if there is one. */
  takePlace(): SessionPlace | undefined {
    for (const session of this.#sessions) {
      if (session.hasRoom) return { session, sequence: session.begin() };
    }
    return undefined;
  }

  /** A place for a new request; waits until there is one. */
  async place(signal: AbortSignal): Promise<SessionPlace> {
    for (;;) {
      const place = this.takePlace();
      if (place !== undefined) return place;
      if (this.#sessions.size < sessionsMax) await orAborted(this.#register(), signal);
      else await this.#room(signal);
    }
  }

  /** Forgets a session that its server does not know any more. */
  forget(session: ClientSession): void {
    session.end();
    this.#sessions.delete(session);
    this.#wake();
  }

  async close(): Promise<void> {
    const sessions = [...this.#sessions];
    for (const session of sessions) this.forget(session);
    await Promise.allSettled(sessions.map(({ id }) => this.#calls.close(id)));
  }

  #register(): Promise<void> {
    if (this.#registering === undefined) {
      this.#registering = runWithoutDeadline(() => this.#calls.register())
        .then((registered) => {
          const keepAlive = () => void this.#keepAlive(session);
          const session = new ClientSession(this.#world, registered, keepAlive, () => this.#wake());
          this.#sessions.add(session);
          for (const wake of this.#waiting) wake();
          this.#waiting.clear();
        })
        .finally(() => {
          this.#registering = undefined;
        });
      this.#registering.catch(() => {});
    }
    return this.#registering;
  }

  async #keepAlive(session: ClientSession): Promise<void> {
    // Out of reach it is tried again at the next turn.
    const alive = await this.#calls.keepAlive(session.id).catch(() => true);
    if (!alive) this.forget(session);
  }

  /** Until there may be room. Who does not wait for it any more lets the next one have it. */
  async #room(signal: AbortSignal): Promise<void> {
    let wake = (): void => {};
    const woken = new Promise<void>((resolve) => {
      wake = resolve;
    });
    this.#waiting.add(wake);
    try {
      await orAborted(woken, signal);
    } catch (error) {
      if (!this.#waiting.delete(wake)) this.#wake();
      throw error;
    }
  }

  #wake(): void {
    for (const wake of this.#waiting) {
      this.#waiting.delete(wake);
      wake();
      return;
    }
  }
}

/** One session: counts its requests, and keeps itself alive while none are made. */
export class ClientSession extends Timer {
  readonly id: number;
  readonly #world: World;
  readonly #interval: number;
  readonly #requestsMax: number;
  readonly #keepAlive: () => void;
  readonly #roomMade: () => void;
  /** Of each sequence number from `#answeredBelow` to `#next`, modulo the length, whether it has its answer. */
  readonly #answered: Uint8Array;
  #answeredBelow = 1;
  #next = 1;
  #usedAt: number;

  constructor(
    world: World,
    { id, idleMax, requestsMax }: SessionRegisterResponse,
    keepAlive: () => void,
    roomMade: () => void,
  ) {
    super();
    this.id = id;
    this.#world = world;
    this.#interval = Math.max(1, Math.floor(idleMax / 3));
    this.#requestsMax = requestsMax;
    this.#answered = new Uint8Array(requestsMax);
    this.#keepAlive = keepAlive;
    this.#roomMade = roomMade;
    this.#usedAt = world.clock.now();
    world.timers.arm(this, this.#usedAt + this.#interval);
  }

  get hasRoom(): boolean {
    return this.#next - this.#answeredBelow < this.#requestsMax;
  }

  /** The number of a new request. */
  begin(): number {
    this.#answered[this.#next % this.#requestsMax] = 0;
    return this.#next++;
  }

  /** What a request carries with it when it is sent, for the first time or again. */
  number(sequence: number, now: number): RequestNumber {
    this.#usedAt = now;
    return { id: this.id, sequence, answeredBelow: this.#answeredBelow };
  }

  /** Nobody waits for the answer any more. */
  answered(sequence: number): void {
    this.#answered[sequence % this.#requestsMax] = 1;
    while (
      this.#answeredBelow < this.#next &&
      this.#answered[this.#answeredBelow % this.#requestsMax] === 1
    ) {
      this.#answeredBelow++;
    }
    if (this.hasRoom) this.#roomMade();
  }

  override fire(): void {
    const { clock, timers } = this.#world;
    const now = clock.now();
    if (now - this.#usedAt >= this.#interval) {
      this.#usedAt = now;
      this.#keepAlive();
    }
    timers.arm(this, this.#usedAt + this.#interval);
  }

  end(): void {
    this.#world.timers.disarm(this);
  }
}
