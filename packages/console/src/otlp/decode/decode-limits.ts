/** What one request may hold. More is refused: items past their limit with the request, an item with too many values alone. */
export interface DecodeLimits {
  /** Spans, logs or points, with the groups they come in. Default 100,000. */
  readonly itemsMax: number;
  /** Attributes, elements of lists, events, links and buckets of one item. Default 10,000. */
  readonly valuesMax: number;
}

export const decodeLimits: DecodeLimits = { itemsMax: 100_000, valuesMax: 10_000 };

/** What a request came to. */
export interface Decoded<Batch> {
  readonly batch: Batch;
  /** Items that were left out, since they could not be told apart or placed in time. */
  readonly rejected: number;
  /** Why the first of them was. */
  readonly reason: string | undefined;
}
