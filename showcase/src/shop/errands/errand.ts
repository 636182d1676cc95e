import type { Call } from '../../stack/stack.ts';
import type { Order } from '../order.ts';
import type { ServiceName } from '../services.ts';

/** What remains to be done elsewhere once the fate of an order is decided. */
export const errandKinds = ['ship', 'reserve', 'refund', 'release'] as const;
export type ErrandKind = (typeof errandKinds)[number];

export interface Errand {
  readonly kind: ErrandKind;
  readonly order: Order;
  /** Which attempt at the order this is about, from 1. */
  readonly attempt: number;
}

export const errandTarget: Readonly<Record<ErrandKind, ServiceName>> = {
  ship: 'shipping',
  reserve: 'inventory',
  refund: 'payments',
  release: 'inventory',
};

/** The name of one attempt at an order: what charges and reservations are known by. */
export function attemptKey(basket: string, attempt: number): string {
  return `${basket}.${attempt}`;
}

/** The call that does it. Doing it twice is doing it once, for those who send keys. */
export function errandCall({ kind, order, attempt }: Errand): Call {
  const { basket, item, quantity } = order;
  const key = attemptKey(basket, attempt);
  switch (kind) {
    case 'ship':
      return { method: 'POST', path: '/shipments', body: { basket }, key: basket };
    case 'reserve':
      return { method: 'POST', path: '/reservations', body: { basket, item, quantity }, key };
    case 'refund':
      return { method: 'POST', path: '/refunds', body: { basket, charge: key }, key: `refund.${key}` };
    case 'release':
      return {
        method: 'POST',
        path: '/releases',
        body: { basket, item, quantity, reservation: key },
        key: `release.${key}`,
      };
  }
}
