/** A source of random numbers. Streams are independent: a draw from one never shifts another. */
export interface Random {
  /** A uniform integer in [0, 2^32). */
  uint32(): number;
  /** A uniform integer in [0, bound); `bound` is a whole number in [1, 2^53]. No modulo bias. */
  below(bound: number): number;
  /** A uniform number in [0, 1) with 53 random bits. */
  float(): number;
  /** A stream of its own for one concern. The same name on the same stream always gives the same stream. */
  fork(name: string): Random;
}
