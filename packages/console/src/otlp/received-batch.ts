/**
 * Rows as columns, as a decoder gives them and the store takes them: row `i` of each column is for `i` below `length`; what a
 * column holds beyond means nothing. Nothing is made per row but numbers; texts that repeat are interned once a batch, and
 * attributes stay undecoded until somebody asks.
 */
export interface ReceivedBatch {
  readonly length: number;
  /** What it holds in memory, about, the undecoded parts included. */
  readonly bytes: number;
  /** Indexes into {@link resources}. */
  readonly resourceOf: Uint32Array;
  /** Index into {@link texts}, 0 for none: the instrumentation scope. */
  readonly scopes: Uint32Array;
  /** The first is the empty text. */
  readonly texts: readonly string[];
  readonly resources: readonly ResourceEntry[];
  /** A row's attributes as JSON; `{}` for none. Made when asked for. */
  attributesJson(row: number): string;
}

/** Who sent something. */
export interface ResourceEntry {
  /** `unknown_service` where it does not say. */
  readonly service: string;
  readonly instance: string | undefined;
  readonly version: string | undefined;
  /** All its attributes, as JSON. */
  readonly attributesJson: string;
}
