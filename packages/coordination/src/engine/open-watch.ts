import { type AbortSubscriber, offAbort, onAbort, toAbortError } from '@holdfast/core';
import type { Revision, Watch, WatchItem } from '../store/coordination-store.ts';

/** Where a watch's items come from. */
export interface WatchSource {
  /** The next item, if there is one already. */
  take(): WatchItem | undefined;
  /** Nobody listens any more. Called once. */
  closed(): void;
}

interface Waiter {
  resolve(result: IteratorResult<WatchItem, undefined>): void;
  reject(error: unknown): void;
}

const done: IteratorReturnResult<undefined> = Object.freeze({ done: true, value: undefined });

/** The consumer's end of a watch, whatever the engine: hands out items in order and ends as the contract says. */
export class OpenWatch implements Watch, AbortSubscriber {
  readonly started: Promise<Revision>;
  abortSlot = -1;
  readonly #source: WatchSource;
  readonly #signal: AbortSignal | undefined;
  readonly #waiters: Waiter[] = [];
  #begin!: (revision: Revision) => void;
  #refuse!: (error: unknown) => void;
  #ended = false;
  /** Why it ended, until somebody has been told. */
  #failure: { readonly error: unknown } | undefined;

  constructor(source: WatchSource, signal: AbortSignal | undefined) {
    this.#source = source;
    this.#signal = signal;
    this.started = new Promise((resolve, reject) => {
      this.#begin = resolve;
      this.#refuse = reject;
    });
    // Who does not ask when it started learns from `next` what went wrong.
    this.started.catch(() => {});
  }

  /** Begins to follow its signal. */
  open(): this {
    if (this.#signal !== undefined) onAbort(this.#signal, this);
    return this;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** The store has taken it on. */
  begin(first: Revision): void {
    this.#begin(first);
  }

  /** There may be something to take. */
  wake(): void {
    while (this.#waiters.length > 0) {
      const item = this.#source.take();
      if (item === undefined) return;
      this.#waiters.shift()?.resolve({ done: false, value: item });
    }
  }

  /** Ends it with an error, which the next call of `next` gets. What was not taken yet is dropped. */
  fail(error: unknown): void {
    if (this.#ended) return;
    const waiter = this.#waiters.shift();
    if (waiter === undefined) this.#failure = { error };
    waiter?.reject(error);
    this.#end(error);
  }

  onAbort(reason: unknown): void {
    this.fail(toAbortError(reason, 'watch'));
  }

  next(): Promise<IteratorResult<WatchItem, undefined>> {
    if (this.#failure !== undefined) {
      const { error } = this.#failure;
      this.#failure = undefined;
      return Promise.reject(error);
    }
    if (this.#ended) return Promise.resolve(done);
    const item = this.#waiters.length === 0 ? this.#source.take() : undefined;
    if (item !== undefined) return Promise.resolve({ done: false, value: item });
    return new Promise((resolve, reject) => this.#waiters.push({ resolve, reject }));
  }

  return(): Promise<IteratorResult<WatchItem, undefined>> {
    this.#failure = undefined;
    if (!this.#ended) this.#end(toAbortError('it was left', 'watch'));
    return Promise.resolve(done);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #end(reason: unknown): void {
    this.#ended = true;
    if (this.#signal !== undefined) offAbort(this.#signal, this);
    this.#refuse(reason);
    for (const waiter of this.#waiters.splice(0)) waiter.resolve(done);
    this.#source.closed();
  }
}
