import type { JsonValue } from '@holdfast/core';

/** Try reserves, confirm takes what is reserved, cancel gives it back. */
export type TccOperation = 'try' | 'confirm' | 'cancel';

/** Which call a participant has got: the part of its request that a barrier needs. Plain JSON. */
export interface BarrierCall {
  /** Of the whole transaction, across ledgers: `<ledger id>:<run id>`. At most 220 characters. */
  readonly transaction: string;
  /** The participant's part in it, unique in its transaction. 1 to 40 characters. */
  readonly branch: string;
  readonly operation: TccOperation;
  /**
   * With `try`: until when the reservation is sure to be wanted, in wall-clock milliseconds since the Unix epoch. From then
   * on the participant may cancel it by itself.
   */
  readonly expiresAt?: number | undefined;
}

/** What a barrier keeps of a transaction's branch, in the participant's own database. */
export interface BarrierMark {
  /**
   * `new`: nothing happened yet. `tried`: reserved. `confirmed`, `cancelled`: done after a try. `fenced`: cancelled before
   * a try came, so that none may come any more.
   */
  readonly state: 'new' | 'tried' | 'confirmed' | 'cancelled' | 'fenced';
  readonly expiresAt?: number | undefined;
  /** What the work of each operation gave; undefined when it gave nothing, or has not run. */
  readonly results: { readonly [operation in TccOperation]?: JsonValue };
}
