import { idempotencyKey, notFound } from './http.ts';
import { items } from './order.ts';
import { Undoable } from './undoable.ts';
import type { OpenBusiness } from './workplace.ts';

const stockAtOpening = 1_000_000_000;

/** Knows what is on the shelves, and sets goods aside for orders. */
export const inventory: OpenBusiness = async ({ hands, openBook }) => {
  const stock = new Map<string, number>(items.map((item) => [item, stockAtOpening]));
  const reservations = new Undoable();
  const take = (item: string, quantity: number): void => {
    stock.set(item, (stock.get(item) ?? 0) - quantity);
  };
  const book = await openBook((fact) => {
    if (fact.fact === 'reservation') {
      reservations.remember(fact.key, 'done');
      take(fact.item, fact.quantity);
    }
    if (fact.fact === 'release') {
      reservations.remember(fact.key, fact.quantity === 0 ? 'void' : 'undone');
      take(fact.item, -fact.quantity);
    }
  });

  return {
    async handle(request) {
      if (request.method === 'GET' && request.path.startsWith('/stock/')) {
        const item = decodeURIComponent(request.path.slice('/stock/'.length));
        await hands.work();
        return { status: 200, body: { item, available: stock.get(item) ?? 0 } };
      }
      const { basket, item, quantity, reservation } = request.body as {
        basket: string;
        item: string;
        quantity: number;
        reservation: string;
      };
      if (request.path === '/reservations') {
        const key = idempotencyKey(request);
        return reservations.do(
          key,
          () => hands.work(),
          () => {
            take(item, quantity);
            return book.append({
              fact: 'reservation',
              basket,
              item,
              quantity,
              ...(key !== undefined && { key }),
            });
          },
        );
      }
      if (request.path === '/releases') {
        await reservations.undo(
          reservation,
          () => hands.work(),
          (what) => {
            const back = what === 'undone' ? quantity : 0;
            take(item, -back);
            return book.append({ fact: 'release', basket, key: reservation, item, quantity: back });
          },
        );
        return { status: 200, body: { done: true } };
      }
      return notFound;
    },
  };
};
