import { creditFor } from './native-protocol.ts';

/** The credit that a client has for the requests of one stream. */
export const requestCredit = 65_536;

/** The requests of a stream on their way to the handler that reads them. A handler that is slow slows its client. */
export class RequestStream implements AsyncIterable<Uint8Array>, AsyncIterator<Uint8Array> {
  readonly #grant: (credit: number) => void;
  readonly #waiting: Uint8Array[] = [];
  /** What the client may still send; and what was read since it was last told. */
  #credit = requestCredit;
  #read = 0;
  #ended = false;
  #failure: unknown;
  #wake: (() => void) | undefined;

  /** @param grant - tells the client of more credit. */
  constructor(grant: (credit: number) => void) {
    this.#grant = grant;
  }

  /** Whether the client had credit for it. */
  push(request: Uint8Array): boolean {
    if (this.#credit <= 0) return false;
    if (this.#ended) return true;
    this.#credit -= creditFor(request);
    this.#waiting.push(request);
    this.#ring();
    return true;
  }

  /** No more come. With a `failure` the handler sees that, and not those that wait. */
  end(failure?: unknown): void {
    this.#ended = true;
    if (failure !== undefined) {
      this.#failure ??= failure;
      this.#waiting.length = 0;
    }
    this.#ring();
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return this;
  }

  async next(): Promise<IteratorResult<Uint8Array>> {
    while (this.#waiting.length === 0) {
      if (this.#failure !== undefined) throw this.#failure;
      if (this.#ended) return { done: true, value: undefined };
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const request = this.#waiting.shift()!;
    this.#read += creditFor(request);
    if (this.#read >= requestCredit / 2 && !this.#ended) {
      this.#credit += this.#read;
      this.#grant(this.#read);
      this.#read = 0;
    }
    return { done: false, value: request };
  }

  #ring(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
