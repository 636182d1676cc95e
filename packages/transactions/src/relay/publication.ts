import { asHoldfastError } from '@holdfast/core';
import type { Message } from '../outbox/message.ts';
import type { ClaimedMessage, OutboxClaim, OutboxOutcome } from '../outbox/outbox.ts';

export interface PublicationPolicy {
  /** A message that the broker has failed so often is parked, unless the broker could not be reached. */
  readonly attemptsMax: number;
  /** Milliseconds before the second attempt; doubled with each further one, up to `delayMax`. */
  readonly delay: number;
  readonly delayMax: number;
}

/**
 * How the messages of one claim are published: those of a key one after the other, all others at once. Pure: it is told
 * what came of each, and says what comes next and what to tell the outbox.
 */
export class Publication {
  /** What is known to have come of the messages, to settle. */
  readonly outcomes: OutboxOutcome[] = [];
  readonly #policy: PublicationPolicy;
  /** By key, those that wait for the one before them. */
  readonly #behind = new Map<string, ClaimedMessage[]>();
  readonly #underWay = new Map<string, ClaimedMessage>();
  /** May be published now. */
  #ready: ClaimedMessage[] = [];

  constructor({ messages }: OutboxClaim, policy: PublicationPolicy) {
    this.#policy = policy;
    for (const claimed of messages) {
      const { key } = claimed.message;
      const line = key === undefined ? undefined : this.#behind.get(key);
      if (line !== undefined) line.push(claimed);
      else {
        this.#ready.push(claimed);
        if (key !== undefined) this.#behind.set(key, []);
      }
    }
  }

  /** Messages to publish now. */
  take(): Message[] {
    const taken = this.#ready;
    this.#ready = [];
    for (const claimed of taken) this.#underWay.set(claimed.message.id, claimed);
    return taken.map(({ message }) => message);
  }

  published(id: string): void {
    const { message } = this.#end(id);
    this.outcomes.push({ id, kind: 'published' });
    const next = message.key === undefined ? undefined : this.#behind.get(message.key)!.shift();
    if (next !== undefined) this.#ready.push(next);
  }

  /** @param spread - from 0 to 1: how much of the delay is waited for, so that messages do not all come at once. */
  failed(id: string, thrown: unknown, spread: number): void {
    const { message, attempts } = this.#end(id);
    const error = asHoldfastError(thrown);
    const away =
      error.category === 'unavailable' || error.category === 'timeout' || error.category === 'cancelled';
    if (error.category === 'invalid') this.outcomes.push({ id, kind: 'parked', reason: error.message });
    else if (!away && attempts >= this.#policy.attemptsMax) {
      this.outcomes.push({ id, kind: 'parked', reason: `${attempts} attempts failed: ${error.message}` });
    } else {
      const { delay, delayMax } = this.#policy;
      const longest = Math.min(delay * 2 ** Math.min(attempts - 1, 30), delayMax);
      const shared = Math.ceil(longest * (0.5 + spread / 2));
      this.outcomes.push({ id, kind: 'retry', delay: shared, reason: error.message });
    }
    if (message.key !== undefined) this.#release(this.#behind.get(message.key)!.splice(0));
  }

  /** Nothing more is published: the claim is about to be over. What is under way stays unsettled. */
  stop(): void {
    this.#release(this.#ready.splice(0));
    for (const line of this.#behind.values()) this.#release(line.splice(0));
  }

  #end(id: string): ClaimedMessage {
    const claimed = this.#underWay.get(id)!;
    this.#underWay.delete(id);
    return claimed;
  }

  #release(claimed: readonly ClaimedMessage[]): void {
    for (const { message } of claimed) this.outcomes.push({ id: message.id, kind: 'released' });
  }
}
