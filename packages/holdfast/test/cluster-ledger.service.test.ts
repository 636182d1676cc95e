// Goal: sagas on a ledger in a cluster of three go on to their ends, each step once while nothing dies, when the leader is
// killed under them and when the process that drives them goes. Method: real members in threads, two workers with a client
// each, and sagas under way all the time.
import { testCluster } from '@holdfast/cluster';
import { type Ledger, openLedger, saga, storeLedger } from '@holdfast/transactions';
import { expect, test } from 'vitest';

const done = new Map<string, number>();
const count = (key: string) => {
  done.set(key, (done.get(key) ?? 0) + 1);
  return key;
};
const order = saga<{ readonly number: number }>('order', { version: 1 })
  .step('reserve', { do: ({ input }) => count(`reserve ${input.number}`), undo: () => {} })
  .pivot('charge', { do: ({ input }) => count(`charge ${input.number}`) })
  .ensure('ship', { do: ({ input }) => count(`ship ${input.number}`) });

test('sagas outlive the leader of their cluster, and the worker that began them', async () => {
  const cluster = await testCluster(3);
  const open = (member: number): Promise<Ledger> =>
    openLedger({
      engine: storeLedger({ store: cluster.storeOf(member), lease: '30s' }),
      definitions: [order],
    });
  const leader = await cluster.leader();
  const [first, second] = [(leader + 1) % 3, (leader + 2) % 3];
  try {
    const [leaving, staying] = [await open(first), await open(second)];
    const ids = Array.from({ length: 60 }, (_, number) => `order-${number}`);
    await Promise.all(ids.slice(0, 20).map((id, number) => leaving.start(order, { number }, { id })));
    await cluster.kill(leader);
    await Promise.all(
      ids.slice(20, 40).map((id, index) => leaving.start(order, { number: 20 + index }, { id })),
    );
    const last = Promise.all(
      ids.slice(40).map((id, index) => staying.start(order, { number: 40 + index }, { id })),
    );
    await leaving.close();
    await last;
    for (const [number, id] of ids.entries()) {
      const run = await staying.find(order, id);
      const { charge } = ((await run!.result) as { value: { charge: string } }).value;
      expect(charge).toBe(`charge ${number}`);
      for (const step of ['reserve', 'charge', 'ship']) {
        expect(done.get(`${step} ${number}`), `${step} of ${id}`).toBeGreaterThanOrEqual(1);
      }
    }
    // What the one who stayed began is done once: neither its cluster's leader nor another worker is its own end.
    for (let number = 40; number < 60; number++) expect(done.get(`charge ${number}`)).toBe(1);
    expect(await staying.list({ status: 'running' })).toMatchObject({ runs: [] });
    await staying.close();
  } finally {
    await cluster.stop();
  }
}, 90_000);
