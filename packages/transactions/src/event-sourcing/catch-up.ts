import { type AbortSubscriber, offAbort, onAbort, toAbortError } from '@holdfast/core';
import type { EventPage } from './event-store.ts';

/** Where a subscription reads from: a store's pages, and word of changes. */
export interface PageSource {
  /** Grows when there may be more to read. */
  readonly changes: number;
  read(after: number, signal: AbortSignal): Promise<EventPage>;
  /** Resolves once {@link changes} is not `seen` any more. */
  changed(seen: number, signal: AbortSignal): Promise<void>;
  /** Nobody listens any more. Called once. */
  left(): void;
}

type Result = IteratorResult<EventPage, undefined>;

const done: Result = Object.freeze({ done: true, value: undefined });

/** A subscription to a store, whatever its engine: reads the next page when its consumer asks for it. */
export class CatchUp implements AsyncIterableIterator<EventPage>, AbortSubscriber {
  abortSlot = -1;
  readonly #source: PageSource;
  readonly #signal: AbortSignal | undefined;
  readonly #over = new AbortController();
  #position: number;
  /** Calls of `next` take their turns. */
  #turn: Promise<unknown> = Promise.resolve();
  /** Why it ended, until somebody has been told. */
  #failure: { readonly error: unknown } | undefined;

  constructor(source: PageSource, after: number, signal: AbortSignal | undefined) {
    this.#source = source;
    this.#position = after;
    this.#signal = signal;
  }

  /** Begins to follow its signal. */
  open(): this {
    if (this.#signal !== undefined) onAbort(this.#signal, this);
    return this;
  }

  next(): Promise<Result> {
    const result = this.#turn.then(() => this.#next());
    this.#turn = result.catch(() => {});
    return result;
  }

  return(): Promise<Result> {
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

  async #next(): Promise<Result> {
    const { signal } = this.#over;
    try {
      while (!signal.aborted) {
        const seen = this.#source.changes;
        const page = await this.#source.read(this.#position, signal);
        if (signal.aborted) break;
        if (page.position > this.#position) {
          this.#position = page.position;
          return { done: false, value: page };
        }
        await this.#source.changed(seen, signal);
      }
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
    this.#source.left();
  }
}
