import type { Timer } from '@holdfast/core';
import { Digest } from './digest.ts';

/** A rolling digest over the events of a run: when each happened, whose it was, and of which class. */
export class EventDigest {
  readonly #digest: Digest = new Digest();
  /** Classes of events, numbered as they first appear. */
  readonly #kinds = new Map<unknown, number>();
  #lastClass: unknown = undefined;
  #lastKind = 0;

  /** @param host - the number of the host, 0 for none. */
  add(time: number, host: number, event: Timer): void {
    const kind = event.constructor === this.#lastClass ? this.#lastKind : this.#kindOf(event.constructor);
    this.#digest.addWords(time | 0, (host << 8) ^ kind ^ Math.floor(time / 0x1_0000_0000));
  }

  toString(): string {
    return this.#digest.toString();
  }

  #kindOf(eventClass: unknown): number {
    let kind = this.#kinds.get(eventClass);
    if (kind === undefined) {
      kind = this.#kinds.size + 1;
      this.#kinds.set(eventClass, kind);
    }
    this.#lastClass = eventClass;
    this.#lastKind = kind;
    return kind;
  }
}
