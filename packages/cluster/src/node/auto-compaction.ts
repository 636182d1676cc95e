/** How much of its history a store keeps by itself. */
export type AutoCompaction =
  /** What is older than so many microseconds is forgotten. */
  | { readonly mode: 'periodic'; readonly retention: number }
  /** All but so many revisions are forgotten. */
  | { readonly mode: 'revision'; readonly retention: number };
