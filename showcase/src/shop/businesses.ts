import { gateway } from './gateway.ts';
import { inventory } from './inventory.ts';
import { orders } from './orders.ts';
import { payments } from './payments.ts';
import type { ServiceName } from './services.ts';
import { shipping } from './shipping.ts';
import type { OpenBusiness } from './workplace.ts';

export const businesses: Readonly<Record<ServiceName, OpenBusiness>> = {
  gateway,
  orders,
  payments,
  inventory,
  shipping,
};
