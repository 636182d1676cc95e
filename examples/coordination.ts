// Ends with: 3 workers counted to 30, 1 of them left and everybody saw it
// Workers meet in a coordination store: in memory here, or on etcd when HOLDFAST_EXAMPLE_ETCD names its endpoints.
import { strict as assert } from 'node:assert';
import { type CoordinationStore, memoryStore } from '@holdfast/coordination';

const toBytes = (text: string) => new TextEncoder().encode(text);
const toText = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

const endpoints = process.env['HOLDFAST_EXAMPLE_ETCD'];
const open = await opener();
const stores = await Promise.all([open(), open(), open()]);
const [first, second] = stores as [CoordinationStore, CoordinationStore, CoordinationStore];
await first.deletePrefix('example/');

// Each says that it is there, for as long as it is: the key goes with the lease, and the lease with its holder.
const watch = second.watch('example/workers/');
await watch.started;
const leases = await Promise.all(
  stores.map(async (store, index) => {
    const lease = await store.grantLease('10s');
    await store.put(`example/workers/${index}`, toBytes('here'), { lease });
    return lease;
  }),
);

// They count together, and no count is lost: who is overtaken reads again.
await Promise.all(
  stores.map(async (store) => {
    for (let done = 0; done < 10; done++) await increment(store, 'example/count');
  }),
);
const count = toText((await first.get('example/count'))?.value);

// One leaves: what hangs on its lease goes at once.
await leases[0]?.revoke();
let left = 0;
for await (const item of watch) {
  assert(item.kind === 'change');
  left += item.events.filter(({ kind }) => kind === 'delete').length;
  if (left > 0) break;
}
assert.equal((await second.range('example/workers/')).entries.length, 2);
await Promise.all(stores.map((store) => store.close()));
console.log(`${stores.length} workers counted to ${count}, ${left} of them left and everybody saw it`);

async function increment(store: CoordinationStore, key: string): Promise<void> {
  for (;;) {
    const entry = await store.get(key);
    const next = Number(entry === undefined ? 0 : toText(entry.value)) + 1;
    const { succeeded } = await store.transact({
      compare: [{ key, target: 'modRevision', is: '=', value: entry?.modRevision ?? 0 }],
      then: [{ do: 'put', key, value: toBytes(`${next}`) }],
    });
    if (succeeded) return;
  }
}

/** The one place that knows which engine it is. */
async function opener(): Promise<() => CoordinationStore> {
  if (endpoints === undefined) {
    const store = memoryStore();
    return () => store.client();
  }
  const { etcdStore } = await import('@holdfast/etcd');
  return () => etcdStore({ endpoints: endpoints.split(',') });
}
