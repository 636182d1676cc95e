import type { DeskKind } from '../stack/stack.ts';
import { openCarefulDesk } from './desk/careful-desk.ts';
import type { Desk } from './desk/desk.ts';
import { openHopefulDesk } from './desk/hopeful-desk.ts';
import { openSagaDesk } from './desk/saga-desk.ts';
import { notFound } from './http.ts';
import { parseOrder } from './order.ts';
import type { OpenBusiness, Workplace } from './workplace.ts';

const desks: Readonly<Record<DeskKind, (workplace: Workplace) => Promise<Desk>>> = {
  hopeful: openHopefulDesk,
  careful: openCarefulDesk,
  saga: openSagaDesk,
};

/** Takes orders, and sees them through. */
export const orders: OpenBusiness = async (workplace) => {
  const desk = await desks[workplace.stack.desk](workplace);
  return {
    owed: () => desk.owed,
    resumed: () => desk.resumed ?? 0,
    async handle(request) {
      if (request.method !== 'POST' || request.path !== '/orders') return notFound;
      return desk.take(parseOrder(request.body));
    },
  };
};
