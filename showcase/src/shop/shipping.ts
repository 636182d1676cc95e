import { idempotencyKey, notFound } from './http.ts';
import { Undoable } from './undoable.ts';
import type { OpenBusiness } from './workplace.ts';

/** Packs parcels and sends them off. */
export const shipping: OpenBusiness = async ({ hands, openBook }) => {
  const shipments = new Undoable();
  const book = await openBook((fact) => {
    if (fact.fact === 'shipment') shipments.remember(fact.key, 'done');
  });

  return {
    async handle(request) {
      if (request.path !== '/shipments') return notFound;
      const { basket } = request.body as { basket: string };
      const key = idempotencyKey(request);
      return shipments.do(
        key,
        () => hands.work(),
        () => book.append({ fact: 'shipment', basket, ...(key !== undefined && { key }) }),
      );
    },
  };
};
