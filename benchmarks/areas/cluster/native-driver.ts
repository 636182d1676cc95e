/**
 * Loads a cluster through Holdfast's own client: `native-driver.ts put|get <host:port,...> <in flight> <seconds>`. Prints what
 * came of it as one line of JSON, as the Go driver does. All requests go to the leader.
 */
import { nativeClient, pause, standingOf, world } from './native-client.ts';

const keys = 10_000;
const [what, endpoints, flight, seconds] = process.argv.slice(2) as [string, string, string, string];
const { clock, random } = world;

const client = nativeClient([await leaderOf(endpoints.split(','))]);
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

/** Waits until there is one. */
async function leaderOf(all: readonly string[]): Promise<string> {
  for (const deadline = clock.now() + 10e6; clock.now() < deadline; await pause(50)) {
    for (const endpoint of all) if ((await standingOf(endpoint))?.leads) return endpoint;
  }
  throw new Error('no leader');
}
