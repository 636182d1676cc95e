import {
  type Duration,
  invalidArgument,
  platformWorld,
  sleep,
  toPositiveMicros,
  type World,
} from '@holdfast/core';
import { withinTime } from '../atomic-commit/within-time.ts';
import { participantUnavailable, readTccReply, type TccCall, type TccReply } from './tcc-call.ts';
import type { Participant } from './tcc-participant.ts';

export interface ParticipantRegistryOptions {
  /** How often participants that have a `check` are checked. Default '10s'. */
  readonly checkEvery?: Duration;
  /** How long a check may take. Default '2s'. */
  readonly checkTimeout?: Duration;
  /** After so many failures in a row, of calls or checks, it counts as unhealthy. Default 3. */
  readonly failuresMax?: number;
  /** Default the platform's. */
  readonly world?: World;
}

/** `unknown`: it was neither called nor checked yet. */
export type ParticipantHealth = 'unknown' | 'healthy' | 'unhealthy';

const namePattern = /^[A-Za-z0-9._-]{1,40}$/;

/**
 * Who can take part in transactions at the moment, by name. Participants come and go while transactions run: one that is gone
 * between its try and its confirm gets the confirm when it is registered again, from here or from elsewhere.
 */
export class ParticipantRegistry {
  readonly #entries = new Map<string, Entry>();
  readonly #closing = new AbortController();
  readonly #world: World;
  readonly #checkEvery: number;
  readonly #checkTimeout: number;
  readonly #failuresMax: number;

  /** @throws HoldfastError INVALID_ARGUMENT. */
  constructor(options: ParticipantRegistryOptions = {}) {
    const { checkEvery = '10s', checkTimeout = '2s', failuresMax = 3, world = platformWorld() } = options;
    if (!(Number.isSafeInteger(failuresMax) && failuresMax >= 1)) {
      throw invalidArgument('failuresMax', failuresMax, 'a whole number from 1');
    }
    this.#world = world;
    this.#checkEvery = toPositiveMicros(checkEvery, 'checkEvery');
    this.#checkTimeout = toPositiveMicros(checkTimeout, 'checkTimeout');
    this.#failuresMax = failuresMax;
  }

  /**
   * Registers a participant, in the place of the one of that name if there is one. What it gives takes it off again.
   *
   * @throws HoldfastError INVALID_ARGUMENT when `name` is not 1 to 40 of `A-Za-z0-9._-`.
   */
  register(name: string, participant: Participant): () => void {
    if (!namePattern.test(name))
      throw invalidArgument('name', name, '1 to 40 of A-Z, a-z, 0-9, ".", "_", "-"');
    this.#entries.get(name)?.gone.abort();
    const entry: Entry = { participant, health: 'unknown', failures: 0, gone: new AbortController() };
    this.#entries.set(name, entry);
    if (participant.check !== undefined) void this.#watch(entry);
    return () => {
      entry.gone.abort();
      if (this.#entries.get(name) === entry) this.#entries.delete(name);
    };
  }

  /** Of every participant, by name. */
  get health(): Readonly<Record<string, ParticipantHealth>> {
    return Object.fromEntries(Array.from(this.#entries, ([name, { health }]) => [name, health]));
  }

  /** @throws HoldfastError PARTICIPANT_UNAVAILABLE when it is not registered, or does not answer as one. */
  async call(name: string, call: TccCall, signal: AbortSignal): Promise<TccReply> {
    const entry = this.#entries.get(name);
    if (entry === undefined) throw participantUnavailable(name, 'is not registered');
    // Its health keeps it out of new work only: what is decided has to reach it.
    if (call.operation === 'try' && entry.health === 'unhealthy') {
      throw participantUnavailable(name, 'is not healthy');
    }
    try {
      const reply = readTccReply(await entry.participant.call(call, signal), name);
      this.#passed(entry);
      return reply;
    } catch (error) {
      this.#failed(entry);
      throw error;
    }
  }

  /** Stops its checks. */
  close(): void {
    this.#closing.abort();
    for (const { gone } of this.#entries.values()) gone.abort();
  }

  async #watch(entry: Entry): Promise<void> {
    const { signal } = entry.gone;
    while (!signal.aborted && !this.#closing.signal.aborted) {
      const check = (limit: AbortSignal) => entry.participant.check!(limit);
      const checked = withinTime(this.#world, this.#checkTimeout, signal, 'a check', check);
      await checked.then(
        () => this.#passed(entry),
        () => this.#failed(entry),
      );
      await sleep(`${this.#checkEvery}us`, { world: this.#world, signal }).catch(() => {});
    }
  }

  #passed(entry: Entry): void {
    entry.failures = 0;
    entry.health = 'healthy';
  }

  #failed(entry: Entry): void {
    if (++entry.failures < this.#failuresMax || entry.participant.check === undefined) return;
    entry.health = 'unhealthy';
  }
}

interface Entry {
  readonly participant: Participant;
  health: ParticipantHealth;
  /** In a row. */
  failures: number;
  /** Aborts when it is taken off, or replaced. */
  readonly gone: AbortController;
}
