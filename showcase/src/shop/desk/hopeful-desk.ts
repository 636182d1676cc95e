import { attemptKey, errandCall } from '../errands/errand.ts';
import type { Workplace } from '../workplace.ts';
import { accepted, type Desk } from './desk.ts';

/** One thing after the other, and the parcel will surely leave the house. */
export async function openHopefulDesk({ stack, hands, openBook }: Workplace): Promise<Desk> {
  const book = await openBook(() => {});
  const inventory = stack.remote('inventory');
  const payments = stack.remote('payments');
  const shipping = stack.remote('shipping');
  let leaving = 0;

  return {
    get owed() {
      return leaving;
    },
    async take(order) {
      const { basket, cents } = order;
      await hands.work();
      await inventory.request(errandCall({ kind: 'reserve', order, attempt: 1 }));
      await payments.request({
        method: 'POST',
        path: '/charges',
        body: { basket, cents },
        key: attemptKey(basket, 1),
      });
      await book.append({ fact: 'accepted', basket, attempt: 1, order, owed: [] });
      leaving++;
      shipping
        .request(errandCall({ kind: 'ship', order, attempt: 1 }))
        // Nobody is told: that is what makes this desk hopeful.
        .catch(() => {})
        .finally(() => leaving--);
      return accepted;
    },
  };
}
