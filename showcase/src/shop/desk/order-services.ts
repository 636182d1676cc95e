import type { World } from '@holdfast/core';
import { bulkhead, exponential, Pipeline, retry } from '@holdfast/resilience';
import type { Call, Remote, Stack } from '../../stack/stack.ts';
import type { Order } from '../order.ts';
import type { ServiceName } from '../services.ts';
import type { OrderServices } from './order-saga.ts';

/** Errands on their way to one service at the same time: however many there are, customers find the way free. */
const carriers = 4;
const errandsMax = 100_000;

/** What an order asks of the other services, over the stack. */
export function orderServices(stack: Stack, world: World): OrderServices {
  const inventory = stack.remote('inventory');
  const payments = stack.remote('payments');
  const inventoryErrands = new Errands('inventory', inventory, world);
  const paymentsErrands = new Errands('payments', payments, world);
  const shippingErrands = new Errands('shipping', stack.remote('shipping'), world);

  return {
    async reserve(order, key, signal) {
      const later = {};
      const answer = await inventory.request({ ...reservation(order, key), signal, substitute: () => later });
      return answer !== later;
    },
    async charge({ basket, cents }, key, signal) {
      await payments.request({ method: 'POST', path: '/charges', body: { basket, cents }, key, signal });
    },
    makeUpReservation: (order, key) => inventoryErrands.run(reservation(order, key)),
    ship: ({ basket }, key) =>
      shippingErrands.run({ method: 'POST', path: '/shipments', body: { basket }, key }),
    release: ({ basket, item, quantity }, key) =>
      inventoryErrands.run({
        method: 'POST',
        path: '/releases',
        body: { basket, item, quantity, reservation: key },
        key: `release ${key}`,
      }),
    refund: ({ basket }, key) =>
      paymentsErrands.run({
        method: 'POST',
        path: '/refunds',
        body: { basket, charge: key },
        key: `refund ${key}`,
      }),
  };
}

function reservation({ basket, item, quantity }: Order, key: string): Call {
  return { method: 'POST', path: '/reservations', body: { basket, item, quantity }, key };
}

/** Calls to one service that nobody waits for. Those that meet a service out of order wait with the others behind them. */
class Errands {
  private readonly remote: Remote;
  private readonly way: Pipeline<string>;

  constructor(target: ServiceName, remote: Remote, world: World) {
    this.remote = remote;
    const name = `${target} errands`;
    this.way = new Pipeline(
      [
        bulkhead({ name, maxConcurrent: carriers, maxQueue: errandsMax, world }),
        retry({
          name,
          maxAttempts: 10,
          backoff: exponential({ initial: '50ms', max: '1s' }),
          retryRefusals: true,
          world,
        }),
      ],
      { name },
    );
  }

  async run(call: Call): Promise<void> {
    await this.way.execute(() => this.remote.request({ ...call, background: true }));
  }
}
