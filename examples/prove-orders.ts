// Ends with: fixed: 200 seeds passed
// A shop asks its payment provider again when no answer comes, and so charges twice when an answer is lost. A search
// for faults finds that, shrinks it to what it takes, and passes once the question carries an idempotency key.
import { strict as assert } from 'node:assert';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  campaign,
  findFailure,
  replayOptions,
  runSeed,
  type Scenario,
  traceText,
} from '@holdfast/simulation';

type Order = { readonly id: string; readonly cents: number };

/** The service as it would run anywhere: nothing in it knows of a simulation. */
function takeOrder(keyed: boolean): (request: Request) => Promise<Response> {
  return async (request) => {
    const order: Order = await request.json();
    for (let attempt = 1; attempt <= 5; attempt++) {
      try {
        const answer = await fetch('http://payments/charges', {
          method: 'POST',
          headers: keyed ? { 'idempotency-key': order.id } : {},
          body: JSON.stringify(order),
          signal: AbortSignal.timeout(150),
        });
        if (answer.ok) return Response.json({ paid: true });
      } catch {
        await sleep(200); // No answer: ask again.
      }
    }
    return new Response('Please try later.', { status: 503 });
  };
}

/** What the payment provider knows, and the customer's door. */
interface World {
  readonly charges: { readonly key: string | null; readonly order: Order }[];
  buy: (order: Order) => Promise<unknown>;
}

const orders = (name: string, keyed: boolean): Scenario<Order, World> => ({
  name,
  storm: '5s',
  hosts: {
    customer: ({ fetch }, world) => {
      world.buy = (order) => fetch('http://shop/orders', { method: 'POST', body: JSON.stringify(order) });
    },
    shop: ({ serve }) => serve(80, takeOrder(keyed)),
    payments: ({ serve, note }, { charges }) =>
      serve(80, async (request) => {
        const key = request.headers.get('idempotency-key');
        const order: Order = await request.json();
        if (key === null || !charges.some((charge) => charge.key === key)) {
          charges.push({ key, order });
          note(`charged ${order.cents} cents for ${order.id}`);
        }
        return Response.json({ charged: true });
      }),
  },
  state: () => ({ charges: [], buy: async () => {} }),
  operations: (random) =>
    [1, 2, 3].map((number) => ({
      at: random.below(5_000_000),
      client: 'customer',
      operation: { id: `order-${number}`, cents: 500 * number },
    })),
  // A customer who gets no answer has lost nothing yet.
  perform: (order, _client, { buy }) => buy(order).then(undefined, () => {}) as Promise<void>,
  invariants: {
    'nobody is charged twice': ({ charges }) => {
      const ids = charges.map(({ order }) => order.id);
      return ids.find((id, index) => ids.indexOf(id) !== index);
    },
  },
});

const scenario = orders('orders', false);
const failure = await findFailure(scenario, { seeds: 200 });
assert(failure !== undefined, 'the search finds that a customer may be charged twice');
assert.equal(failure.decisions, 2, 'one order and one lost answer are all it takes');
console.log(failure.text);
console.log(traceText(failure.shrunk.trace!));

const again = await runSeed(scenario, replayOptions(failure.replayFile));
assert.equal(again.digest, failure.shrunk.digest);
console.log(`replayed: ${again.text}`);

const fixed = await campaign(orders('orders with keys', true), { seeds: 200 });
assert.deepEqual(fixed.failures, []);
console.log(`fixed: ${fixed.runs} seeds passed`);
