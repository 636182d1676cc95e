import { Deadline, platformWorld } from '@holdfast/core';
import { memoryEngine, openLedger } from '@holdfast/transactions';
import { crashEverywhere } from '@holdfast/transactions/testkit';
import { expect, test } from 'vitest';
import { type Fate, type OrderServices, orderSaga } from './order-saga.ts';

/** Services that remember what stands, by its key. */
class Standing implements OrderServices {
  readonly goods = new Set<string>();
  readonly charges = new Set<string>();
  readonly parcels = new Set<string>();

  async reserve(_: unknown, key: string): Promise<boolean> {
    this.goods.add(key);
    return true;
  }
  async charge(_: unknown, key: string): Promise<void> {
    this.charges.add(key);
  }
  async makeUpReservation(_: unknown, key: string): Promise<void> {
    this.goods.add(key);
  }
  async ship(_: unknown, key: string): Promise<void> {
    this.parcels.add(key);
  }
  async release(_: unknown, key: string): Promise<void> {
    this.goods.delete(key);
  }
  async refund(_: unknown, key: string): Promise<void> {
    this.charges.delete(key);
  }
}

const order = { basket: 'b', item: 'rope', quantity: 1, cents: 100 };

test('a card is not charged when its customer has gone before', async () => {
  const shop = new Standing();
  let until = Deadline.after('1h');
  shop.reserve = async (_, key) => {
    shop.goods.add(key);
    until = new Deadline(0, platformWorld().clock);
    return true;
  };
  let charges = 0;
  shop.charge = async () => {
    charges++;
  };
  const saga = orderSaga(shop, { decided: () => {}, until: () => until });
  await using ledger = await openLedger({ engine: memoryEngine(), definitions: [saga] });
  const run = await ledger.start(saga, order);
  expect((await run.result).status).toBe('rolled-back');
  expect([charges, shop.goods.size]).toEqual([0, 0]);
});

test('an order is whole or nothing, and what was decided stands, wherever its process crashes', async () => {
  let shop = new Standing();
  let fates = new Set<Fate>();
  const services = new Proxy({} as OrderServices, {
    get: (_, name) => (shop[name as keyof OrderServices] as () => unknown).bind(shop),
  });
  const customers = { decided: (_: string, fate: Fate) => fates.add(fate), until: () => undefined };
  const saga = orderSaga(services, customers);
  const report = await crashEverywhere(saga, {
    input: order,
    before: () => {
      shop = new Standing();
      fates = new Set();
    },
    check: ({ outcome }) => {
      const done = outcome.status === 'committed' ? 1 : 0;
      const { goods, charges, parcels } = shop;
      expect([goods.size, charges.size, parcels.size]).toEqual([done, done, done]);
      expect([...fates]).toEqual([done === 1 ? 'accepted' : 'failed']);
    },
  });
  expect(report.crashes).toBeGreaterThan(100);
});
