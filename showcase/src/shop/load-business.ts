import type { ServiceName } from './services.ts';
import type { OpenBusiness } from './workplace.ts';

const loaders: Readonly<Record<ServiceName, () => Promise<OpenBusiness>>> = {
  gateway: async () => (await import('./gateway.ts')).gateway,
  orders: async () => (await import('./orders.ts')).orders,
  payments: async () => (await import('./payments.ts')).payments,
  inventory: async () => (await import('./inventory.ts')).inventory,
  shipping: async () => (await import('./shipping.ts')).shipping,
};

/** Loads the business of one service and nothing of the others': a process that is started again is there the sooner. */
export function loadBusiness(service: ServiceName): Promise<OpenBusiness> {
  return loaders[service]();
}
