import { consoleErrors } from '../../console-errors.ts';

/** Bytes that requests may hold together, from their arrival until the sink has taken them. */
export class ByteBudget {
  readonly #max: number;
  #taken = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /** @throws HoldfastError INGEST_OVERLOADED, and takes nothing then. */
  take(bytes: number): void {
    if (this.#taken + bytes > this.#max) {
      throw consoleErrors.create('INGEST_OVERLOADED', {
        message: `requests hold ${this.#taken} bytes already, of ${this.#max} that they may: come again later`,
        context: { pendingBytesMax: this.#max },
        retryAfter: 1_000,
        stack: false,
      });
    }
    this.#taken += bytes;
  }

  give(bytes: number): void {
    this.#taken -= bytes;
  }
}

/** What one request holds of a budget. */
export class ByteLoan {
  readonly #budget: ByteBudget;
  #bytes = 0;

  constructor(budget: ByteBudget) {
    this.#budget = budget;
  }

  /** @throws HoldfastError INGEST_OVERLOADED. */
  take(bytes: number): void {
    this.#budget.take(bytes);
    this.#bytes += bytes;
  }

  /** Gives everything back; calling it again does nothing. */
  end(): void {
    this.#budget.give(this.#bytes);
    this.#bytes = 0;
  }
}
