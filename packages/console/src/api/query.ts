export interface QueryAnswer {
  readonly columns: readonly string[];
  /** Of each column, as SQL names it: `VARCHAR`, `TIMESTAMP_NS`. */
  readonly types: readonly string[];
  /** Whole numbers that JSON would round are text, and so are moments. */
  readonly rows: readonly (readonly unknown[])[];
  /** Whether there were more rows than an answer may have. */
  readonly truncated: boolean;
  readonly took: number;
}
