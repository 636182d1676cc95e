/** The processes of the shop, in the order in which an order meets them. */
export const serviceNames = ['gateway', 'orders', 'payments', 'inventory', 'shipping'] as const;
export type ServiceName = (typeof serviceNames)[number];

/** What a service is physically able to do, in every variant of the shop. */
export interface Trait {
  /** Pieces of work it can do at the same time: connections to its card network, its packers, its database. */
  readonly hands: number;
  /** Milliseconds that one piece of work takes a hand in fair weather. */
  readonly workMillis: number;
}

export const traits: Readonly<Record<ServiceName, Trait>> = {
  gateway: { hands: 256, workMillis: 1 },
  orders: { hands: 64, workMillis: 2 },
  payments: { hands: 12, workMillis: 12 },
  inventory: { hands: 32, workMillis: 4 },
  shipping: { hands: 16, workMillis: 8 },
};
