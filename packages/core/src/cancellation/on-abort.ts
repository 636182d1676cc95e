import { assert } from '../errors/core-errors.ts';
import { throwUncaught } from '../errors/throw-uncaught.ts';

/**
 * Hears of one abort. The fields are the subscriber's own, so that subscribing allocates nothing; a subscriber
 * waits on at most one signal at a time.
 */
export interface AbortSubscriber {
  /** Its place among the signal's subscribers; start it at -1, which means none. Only this module writes it. */
  abortSlot: number;
  /** Called once, with the signal's reason, and no longer subscribed. */
  onAbort(reason: unknown): void;
}

/** The subscribers of one signal, behind one native listener. */
class FanOut implements EventListenerObject {
  readonly #signal: AbortSignal;
  readonly #subscribers: (AbortSubscriber | undefined)[] = [];
  #count = 0;
  #calling = false;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  add(subscriber: AbortSubscriber): void {
    assert(subscriber.abortSlot === -1, 'an abort subscriber is already subscribed');
    if (this.#count === 0) this.#signal.addEventListener('abort', this);
    subscriber.abortSlot = this.#subscribers.length;
    this.#subscribers.push(subscriber);
    this.#count++;
  }

  remove(subscriber: AbortSubscriber): void {
    const slot = subscriber.abortSlot;
    if (this.#subscribers[slot] !== subscriber) return;
    subscriber.abortSlot = -1;
    this.#count--;
    if (this.#calling) {
      // Keeps the places of those still to be called.
      this.#subscribers[slot] = undefined;
      return;
    }
    const last = this.#subscribers.pop()!;
    if (last !== subscriber) {
      this.#subscribers[slot] = last;
      last.abortSlot = slot;
    }
    if (this.#count === 0) this.#signal.removeEventListener('abort', this);
  }

  handleEvent(): void {
    this.#signal.removeEventListener('abort', this);
    this.#calling = true;
    for (const subscriber of this.#subscribers) {
      if (subscriber === undefined) continue;
      this.remove(subscriber);
      try {
        subscriber.onAbort(this.#signal.reason);
      } catch (error) {
        throwUncaught(error);
      }
    }
    this.#subscribers.length = 0;
    this.#calling = false;
  }
}

const fanOuts = new WeakMap<AbortSignal, FanOut>();

/**
 * Calls `subscriber.onAbort` when `signal` aborts, at once if it has. All subscribers of a signal share one
 * native listener, which goes when the last of them leaves: adding one to thousands costs no more than to none,
 * and no listener warning appears. One that throws stops none of the others; its error becomes uncaught.
 */
export function onAbort(signal: AbortSignal, subscriber: AbortSubscriber): void {
  if (signal.aborted) {
    subscriber.onAbort(signal.reason);
    return;
  }
  let fanOut = fanOuts.get(signal);
  if (fanOut === undefined) {
    fanOut = new FanOut(signal);
    fanOuts.set(signal, fanOut);
  }
  fanOut.add(subscriber);
}

/** Ends what {@link onAbort} began, in constant time. Does nothing when the subscriber is not subscribed. */
export function offAbort(signal: AbortSignal, subscriber: AbortSubscriber): void {
  if (subscriber.abortSlot !== -1) fanOuts.get(signal)?.remove(subscriber);
}
