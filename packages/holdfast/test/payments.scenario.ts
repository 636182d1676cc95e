// What the tests of `holdfast prove` prove: a shop that asks again when no answer comes, and a bank that books every
// question, so that it books twice when an answer is lost; and a bank that remembers what it has booked.
import { sleep } from '@holdfast/core';
import type { Scenario } from '@holdfast/simulation';

interface Books {
  readonly booked: string[];
  /** The shop's door. */
  pay: (order: string) => void;
}

function payments(name: string, remembers: boolean): Scenario<string, Books> {
  return {
    name,
    storm: '2s',
    settling: '1s',
    faults: { kinds: ['cut'] },
    hosts: {
      shop: (world, books) => {
        const unpaid = new Set<string>();
        world.messages.onMessage = (order) => unpaid.delete(order as string);
        books.pay = async (order) => {
          unpaid.add(order);
          while (unpaid.has(order)) {
            world.messages.send('bank', order);
            await sleep('100ms', { world });
          }
        };
      },
      bank: ({ messages, note }, { booked }) => {
        messages.onMessage = (message, shop) => {
          const order = message as string;
          if (!remembers || !booked.includes(order)) booked.push(order);
          note(`booked ${order}`);
          messages.send(shop, order);
        };
      },
    },
    state: () => ({ booked: [], pay: () => {} }),
    operations: (random) =>
      [1, 2, 3].map((number) => ({
        at: random.below(1_500_000),
        client: 'customer',
        operation: `order ${number}`,
      })),
    perform: (order, _client, { pay }) => pay(order),
    invariants: {
      'no order is paid twice': ({ booked }) =>
        booked.find((order, index) => booked.indexOf(order) !== index),
    },
  };
}

const scenarios: readonly Scenario<string, Books>[] = [
  payments('forgetful-bank', false),
  payments('bank', true),
];
export default scenarios;
