// Ends with: the leader was killed, and the store has all 21 writes that it had acknowledged, in order
// Three members of a durable store in this process, each in a thread and a folder of its own; the leader is killed amid writes.
import { strict as assert } from 'node:assert';
import { testCluster } from '@holdfast/cluster';

await using cluster = await testCluster(3);
const { store } = cluster;
const toBytes = (text: string) => new TextEncoder().encode(text);
const acknowledged: number[] = [];

async function write(count: number): Promise<void> {
  const { revision } = await store.put(`orders/${count}`, toBytes('accepted'));
  acknowledged.push(revision);
}

for (let count = 0; count < 10; count++) await write(count);

// Writes go on while it dies: the client asks the others, and a repeated write is applied once.
const leader = await cluster.leader();
const during = write(10);
await cluster.kill(leader);
await during;
for (let count = 11; count < 20; count++) await write(count);

// It comes back, and catches up.
await cluster.restart(leader);
await write(20);
const { entries } = await cluster.storeOf(leader).range('orders/');
assert.deepEqual(
  entries.map(({ modRevision }) => modRevision).sort((one, other) => one - other),
  acknowledged,
);
console.log(
  `the leader was killed, and the store has all ${entries.length} writes that it had acknowledged, in order`,
);
