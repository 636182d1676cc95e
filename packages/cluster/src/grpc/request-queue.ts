import type { Http2Stream } from '@holdfast/transport/http2';

/** Bytes of messages that wait for a handler, from where on the client may not send more. */
const waitingBytesMax = 65_536;

/** The messages of a stream on their way to the handler that reads them. A handler that is slow slows its client. */
export class RequestQueue implements AsyncIterable<Uint8Array>, AsyncIterator<Uint8Array> {
  readonly #stream: Http2Stream;
  readonly #messages: Uint8Array[] = [];
  #waitingBytes = 0;
  /** Bytes that came while too many waited, and are not yet given back to the client's window. */
  #owed = 0;
  #ended = false;
  #failure: unknown;
  #wake: (() => void) | undefined = undefined;

  constructor(stream: Http2Stream) {
    this.#stream = stream;
  }

  /** Counts bytes that arrived, whether or not they complete a message. */
  received(bytes: number): void {
    this.#owed += bytes;
    this.#settle();
  }

  push(message: Uint8Array): void {
    this.#messages.push(message);
    this.#waitingBytes += message.length;
    this.#ring();
  }

  /** No more messages come. With a `failure` the handler does not see those that wait, but that. */
  end(failure?: unknown): void {
    this.#ended = true;
    this.#failure = failure;
    if (failure !== undefined) this.#messages.length = 0;
    this.#ring();
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return this;
  }

  async next(): Promise<IteratorResult<Uint8Array>> {
    while (this.#messages.length === 0) {
      if (this.#failure !== undefined) throw this.#failure;
      if (this.#ended) return { done: true, value: undefined };
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const value = this.#messages.shift()!;
    this.#waitingBytes -= value.length;
    this.#settle();
    return { done: false, value };
  }

  #settle(): void {
    if (this.#owed === 0 || this.#waitingBytes > waitingBytesMax) return;
    const { length } = this.#messages;
    // Empty messages weigh nothing on the wire, but they do here.
    if (length > 4_096) return;
    this.#stream.consumed(this.#owed);
    this.#owed = 0;
  }

  #ring(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
