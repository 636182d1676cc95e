/**
 * Loads a cluster through Holdfast's own client: `native-driver.ts put|get <host:port,...> <in flight> <seconds>`. Prints what
 * came of it as one line of JSON, as the Go driver does. All requests go to the leader.
 */
import { clusterClient, nativeChannels } from '@holdfast/cluster';
import { platformWorld } from '@holdfast/core';
import { nodeNetwork } from '@holdfast/runtime';

const keys = 10_000;
const [what, endpoints, flight, seconds] = process.argv.slice(2) as [string, string, string, string];
const { clock, timers, random } = platformWorld();
const world = { clock, timers, random, network: nodeNetwork() };

const client = openClient([await leaderOf(endpoints.split(','))]);
const value = new Uint8Array(100).map(() => random.below(256));
const request = what === 'get' ? (key: string) => client.get(key) : (key: string) => client.put(key, value);
const latencies: number[] = [];
let errors = 0;
const began = clock.now();
const end = began + Number(seconds) * 1e6;
await Promise.all(Array.from({ length: Number(flight) }, repeat));
const took = (clock.now() - began) / 1e6;
await client.close();

latencies.sort((one, other) => one - other);
const { user, system } = process.cpuUsage();
console.log(
  JSON.stringify({
    count: latencies.length,
    errors,
    seconds: took,
    p50Micros: latencies[latencies.length >> 1] ?? 0,
    p99Micros: latencies[Math.floor(latencies.length * 0.99)] ?? 0,
    cpuSeconds: (user + system) / 1e6,
  }),
);
process.exit(0);

async function repeat(): Promise<void> {
  for (let start = clock.now(); start < end; ) {
    try {
      await request(`key-${String(random.below(keys)).padStart(8, '0')}`);
      const now = clock.now();
      latencies.push(now - start);
      start = now;
    } catch {
      errors++;
      start = clock.now();
    }
  }
}

function openClient(at: readonly string[]): ReturnType<typeof clusterClient> {
  return clusterClient({ endpoints: at, channels: nativeChannels(world), world });
}

/** Waits until there is one. */
async function leaderOf(all: readonly string[]): Promise<string> {
  const deadline = clock.now() + 10e6;
  while (clock.now() < deadline) {
    for (const endpoint of all) {
      const asked = openClient([endpoint]);
      try {
        const { leader, header } = await asked.maintenance.status();
        if (leader !== 0n && leader === header?.memberId) return endpoint;
      } catch {
        // It is not up yet.
      } finally {
        await asked.close();
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('no leader');
}
