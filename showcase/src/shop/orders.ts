import { openCarefulDesk } from './desk/careful-desk.ts';
import { openHopefulDesk } from './desk/hopeful-desk.ts';
import { notFound } from './http.ts';
import { parseOrder } from './order.ts';
import type { OpenBusiness } from './workplace.ts';

/** Takes orders, and sees them through. */
export const orders: OpenBusiness = async (workplace) => {
  const desk = await (workplace.stack.errands === 'certain' ? openCarefulDesk : openHopefulDesk)(workplace);
  return {
    owed: () => desk.owed,
    async handle(request) {
      if (request.method !== 'POST' || request.path !== '/orders') return notFound;
      return desk.take(parseOrder(request.body));
    },
  };
};
