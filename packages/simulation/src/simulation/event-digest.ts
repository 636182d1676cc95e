import type { Timer } from '@holdfast/core';
import { Digest } from './digest.ts';

/** A rolling digest over the events of a run: when each happened, whose it was, and of which class. */
export class EventDigest {
  readonly #hosts: Digest = new Digest();
  readonly #world: Digest = new Digest();
  /** Classes of events, numbered as they first appear. */
  readonly #kinds = new Map<unknown, number>();
  #lastClass: unknown = undefined;
  #lastKind = 0;

  /** @param host - the number of the host, 0 for none. */
  add(time: number, host: number, event: Timer): void {
    const kind = event.constructor === this.#lastClass ? this.#lastKind : this.#kindOf(event.constructor);
    const digest = host === 0 ? this.#world : this.#hosts;
    digest.addWords(time | 0, (host << 8) ^ kind ^ Math.floor(time / 0x1_0000_0000));
  }

  /** Of the events that were some host's. */
  get ofHosts(): string {
    return this.#hosts.toString();
  }

  toString(): string {
    const both = new Digest();
    both.addText(this.#hosts.toString());
    both.addText(this.#world.toString());
    return both.toString();
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
