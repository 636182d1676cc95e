import type { Answer } from '../http.ts';
import type { Order } from '../order.ts';

/** Takes orders: sets the goods aside, charges the customer, and sees to it that they are shipped. */
export interface Desk {
  take(order: Order): Promise<Answer>;
  /** Orders taken that are not on their way yet. */
  readonly owed: number;
}

export const accepted: Answer = { status: 201, body: { accepted: true } };
