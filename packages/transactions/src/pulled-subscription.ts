import { type AbortSubscriber, offAbort, onAbort, toAbortError } from '@holdfast/core';

/** A subscription that gets an item when its consumer asks for one. It ends when it is left, fails, or its signal is aborted. */
export abstract class PulledSubscription<Item> implements AsyncIterableIterator<Item>, AbortSubscriber {
  abortSlot = -1;
  readonly #signal: AbortSignal | undefined;
  readonly #over = new AbortController();
  /** Calls of `next` take their turns. */
  #turn: Promise<unknown> = Promise.resolve();
  /** Why it ended, until somebody has been told. */
  #failure: { readonly error: unknown } | undefined;

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
  }

  /** The next item; undefined once `over` is aborted, and only then. What it throws ends the subscription. */
  protected abstract take(over: AbortSignal): Promise<Item | undefined>;

  /** Nobody listens any more. Called once. */
  protected abstract left(): void;

  /** Begins to follow its signal. */
  open(): this {
    if (this.#signal !== undefined) onAbort(this.#signal, this);
    return this;
  }

  next(): Promise<IteratorResult<Item, undefined>> {
    const result = this.#turn.then(() => this.#next());
    this.#turn = result.catch(() => {});
    return result;
  }

  return(): Promise<IteratorResult<Item, undefined>> {
    this.#failure = undefined;
    this.#end();
    return Promise.resolve(done);
  }

  /** Ends it with an error, which the next call of `next` gets. */
  fail(error: unknown): void {
    if (this.#over.signal.aborted) return;
    this.#failure = { error };
    this.#end();
  }

  onAbort(reason: unknown): void {
    this.fail(toAbortError(reason, 'subscribe'));
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async #next(): Promise<IteratorResult<Item, undefined>> {
    const { signal } = this.#over;
    try {
      const item = signal.aborted ? undefined : await this.take(signal);
      if (item !== undefined) return { done: false, value: item };
    } catch (error) {
      // What it was waiting for fails because it has ended; why, is known already.
      this.fail(error);
    }
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure.error;
    return done;
  }

  #end(): void {
    if (this.#over.signal.aborted) return;
    if (this.#signal !== undefined) offAbort(this.#signal, this);
    this.#over.abort();
    this.left();
  }
}

const done: IteratorResult<never, undefined> = Object.freeze({ done: true, value: undefined });
