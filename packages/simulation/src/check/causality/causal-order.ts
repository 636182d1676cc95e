import type { Event, Sessions } from './session.ts';

/**
 * What each operation had heard of, as vector clocks: by session, how many of its operations come before, counting
 * itself. One comes before another when its client did both in that order, or the other read what it wrote, or by way
 * of others.
 */
export class CausalOrder {
  /** Operations that come before themselves. */
  readonly cyclic: readonly Event[];
  readonly #clocks = new Map<Event, Uint32Array>();

  constructor({ events, count }: Sessions) {
    const waiting = new Map<Event, number>();
    const followers = new Map<Event, Event[]>();
    const ready: Event[] = [];
    for (const event of events) {
      const before = causes(event);
      waiting.set(event, before.length);
      if (before.length === 0) ready.push(event);
      for (const cause of before) {
        const known = followers.get(cause);
        if (known === undefined) followers.set(cause, [event]);
        else known.push(event);
      }
    }
    for (let at = 0; at < ready.length; at++) {
      const event = ready[at]!;
      const clock = new Uint32Array(count);
      for (const cause of causes(event)) merge(clock, this.#clocks.get(cause)!);
      clock[event.session] = event.place + 1;
      this.#clocks.set(event, clock);
      for (const follower of followers.get(event) ?? []) {
        const left = waiting.get(follower)! - 1;
        waiting.set(follower, left);
        if (left === 0) ready.push(follower);
      }
    }
    this.cyclic = events.filter((event) => !this.#clocks.has(event));
  }

  /** Whether `a` comes before `b`, or is it. Neither may be cyclic. */
  isBefore(a: Event, b: Event): boolean {
    return this.heardOf(b, a.session) > a.place;
  }

  /** How many operations of a session come before `event`, counting itself. */
  heardOf(event: Event, session: number): number {
    return this.#clocks.get(event)![session]!;
  }
}

/** What comes directly before. */
export function causes({ previous, writer }: Event): Event[] {
  return [previous, writer].filter((cause) => cause !== undefined);
}

function merge(into: Uint32Array, from: Uint32Array): void {
  for (let index = 0; index < into.length; index++) into[index] = Math.max(into[index]!, from[index]!);
}
