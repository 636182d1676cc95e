import type { OtlpRequest } from '../encode/otlp-request.ts';

/** Characters or bytes of what is sent at once: receivers do not take what is much larger. */
const lengthMax = 1_048_576;

export interface RequestBatcherOptions<Item> {
  readonly request: OtlpRequest<Item>;
  /** Items of a request, at most. */
  readonly size: number;
  /** Milliseconds that an item may wait for others. */
  readonly interval: number;
  /** Sends a request with so many items. */
  readonly send: (items: number, body: Uint8Array) => void;
  /** Told why an item could not be encoded. */
  readonly refuse: (error: unknown) => void;
}

/**
 * Collects items until there are enough for a request or the first has waited long enough. Each is encoded as it comes, while the
 * processor has it at hand: kept as objects until they are sent, items would outlive the young generation, and cost more to move there
 * and to collect than to encode.
 */
export class RequestBatcher<Item> {
  readonly #options: RequestBatcherOptions<Item>;
  #items = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: RequestBatcherOptions<Item>) {
    this.#options = options;
  }

  add(item: Item): void {
    const { interval, refuse, request, size } = this.#options;
    try {
      request.add(item);
    } catch (error) {
      refuse(error);
      return;
    }
    this.#items += 1;
    if (this.#items >= size || request.length >= lengthMax) this.seal();
    else if (this.#timer === undefined) {
      this.#timer = setTimeout(() => this.seal(), interval);
      this.#timer.unref();
    }
  }

  /** Sends what was added. */
  seal(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const items = this.#items;
    if (items === 0) return;
    this.#items = 0;
    this.#options.send(items, this.#options.request.finish());
  }
}
