import type { Answer } from '../http.ts';
import type { Order } from '../order.ts';

/** Takes orders: sets the goods aside, charges the customer, and sees to it that they are shipped. */
export interface Desk {
  take(order: Order): Promise<Answer>;
  /** Orders taken that are not on their way yet. */
  readonly owed: number;
  /** Orders of an earlier process that this one has gone on with; undefined where nobody counts them. */
  readonly resumed?: number;
}

export const accepted: Answer = { status: 201, body: { accepted: true } };

export const overfull: Answer = {
  status: 503,
  retryAfter: 1,
  body: { error: 'too much remains to be done for orders already accepted: come back later' },
};
