import { idempotencyKey, notFound } from './http.ts';
import { Undoable } from './undoable.ts';
import type { OpenBusiness } from './workplace.ts';

/** Charges cards and gives money back. */
export const payments: OpenBusiness = async ({ hands, openBook }) => {
  const charges = new Undoable();
  const book = await openBook((fact) => {
    if (fact.fact === 'charge') charges.remember(fact.key, 'done');
    if (fact.fact === 'refund') charges.remember(fact.key, 'undone');
    if (fact.fact === 'void') charges.remember(fact.key, 'void');
  });

  return {
    async handle(request) {
      const { basket, cents, charge } = request.body as { basket: string; cents: number; charge: string };
      if (request.path === '/charges') {
        const key = idempotencyKey(request);
        return charges.do(
          key,
          () => hands.work(),
          () => book.append({ fact: 'charge', basket, cents, ...(key !== undefined && { key }) }),
        );
      }
      if (request.path === '/refunds') {
        await charges.undo(
          charge,
          () => hands.work(),
          (what) => book.append({ fact: what === 'undone' ? 'refund' : 'void', basket, key: charge }),
        );
        return { status: 200, body: { done: true } };
      }
      return notFound;
    },
  };
};
