import { notFound } from './http.ts';
import { parseOrder } from './order.ts';
import type { OpenBusiness } from './workplace.ts';

interface Stock {
  readonly available: number;
}

/** The shop's front door: looks whether the goods are there, and passes the order on. */
export const gateway: OpenBusiness = async ({ hands, stack }) => {
  const inventory = stack.remote('inventory');
  const orders = stack.remote('orders');
  /** As many entries as there are items: the last that inventory said of each. */
  const lastSeen = new Map<string, Stock>();

  async function look(item: string): Promise<Stock> {
    const stock = (await inventory.request({
      method: 'GET',
      path: `/stock/${encodeURIComponent(item)}`,
      substitute: () => lastSeen.get(item),
    })) as Stock;
    if (stock.available > 0) lastSeen.set(item, stock);
    return stock;
  }

  return {
    async handle(request) {
      if (request.method !== 'POST' || request.path !== '/checkout') return notFound;
      const order = parseOrder(request.body);
      await hands.work();
      const { available } = await look(order.item);
      if (available < order.quantity) return { status: 409, body: { error: `${order.item} is sold out` } };
      const body = await orders.request({ method: 'POST', path: '/orders', body: order, key: order.basket });
      return { status: 201, body };
    },
  };
};
