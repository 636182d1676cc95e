/** What is sent in one request. */
export interface Parcel {
  /** Spans, logs or points in it. */
  readonly items: number;
  /** Gives it up: it is sent no more. */
  readonly signal?: AbortSignal;
  /** Called when it has arrived, or is given up. */
  readonly settled?: (arrived: boolean) => void;
}

/** The same with its body. */
export interface Payload extends Parcel {
  readonly body: Uint8Array;
}

/** Payloads in order, bounded by what they hold. Beyond, the oldest make room. */
export class PayloadQueue {
  readonly #itemsMax: number;
  readonly #bytesMax: number;
  readonly #payloads: Payload[] = [];
  #items = 0;
  #bytes = 0;

  constructor(itemsMax: number, bytesMax: number) {
    this.#itemsMax = itemsMax;
    this.#bytesMax = bytesMax;
  }

  get items(): number {
    return this.#items;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Puts it at the end. Returns those that had to make room, which may be itself. */
  push(payload: Payload): Payload[] {
    this.#payloads.push(payload);
    this.#items += payload.items;
    this.#bytes += payload.body.length;
    const dropped: Payload[] = [];
    while (this.#items > this.#itemsMax || this.#bytes > this.#bytesMax) dropped.push(this.shift()!);
    return dropped;
  }

  /** Takes the oldest. */
  shift(): Payload | undefined {
    const payload = this.#payloads.shift();
    if (payload === undefined) return undefined;
    this.#items -= payload.items;
    this.#bytes -= payload.body.length;
    return payload;
  }
}
