/**
 * Kills the leader of a cluster under writes through Holdfast's own client: `native-failover.ts <host:port,...> <pid,...>`,
 * the processes in the order of the endpoints. Prints what came of it as one line of JSON, as the Go driver does.
 */
import { nativeClient, pause, settledLeader, world } from './native-client.ts';
import { PacedWrites } from './paced-writes.ts';

const [endpoints, pids] = process.argv.slice(2).map((argument) => argument.split(',')) as [
  string[],
  string[],
];
const killed = await settledLeader(endpoints);
const client = nativeClient(endpoints);
const writes = new PacedWrites(client);
await pause(500);
process.kill(Number(pids[killed]), 'SIGKILL');
const killedAt = world.clock.now();
const acceptedAt = await writes.accepted();
await writes.end();
await client.close();
console.log(
  JSON.stringify({
    killed,
    failoverMicros: acceptedAt - killedAt,
    longestMicros: Math.max(...writes.latencies),
    failed: writes.failed,
  }),
);
process.exit(0);
