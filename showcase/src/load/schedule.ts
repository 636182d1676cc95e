import { type Random, seededRandom } from '@holdfast/core';
import { items, type Order } from '../shop/order.ts';

/** A customer's first press of the button. */
export interface Arrival {
  /** Milliseconds after the start. */
  readonly at: number;
  readonly order: Order;
  /** How long the customer hesitates before pressing again, should there be no good answer. */
  readonly hesitationMillis: number;
}

/**
 * Customers without end, `perSecond` of them on average, as `seed` decides. They come when they come, whatever
 * the shop does: nobody waits for somebody else's answer. Their baskets are numbered from `first` on.
 */
export function* arrivals(seed: number, perSecond: number, first = 0): Generator<Arrival, never> {
  const random = seededRandom(seed).fork('customers');
  const gap = 1_000 / perSecond;
  for (let index = 0; ; index++) {
    yield {
      at: (index + random.float()) * gap,
      order: orderOf(random, first + index),
      hesitationMillis: 500 + random.below(1_000),
    };
  }
}

function orderOf(random: Random, index: number): Order {
  return {
    basket: `basket-${index}`,
    item: items[random.below(items.length)]!,
    quantity: 1 + random.below(3),
    cents: 500 + random.below(9_500),
  };
}
