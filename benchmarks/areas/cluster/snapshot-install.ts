import type { ClusterClient } from '@holdfast/cluster';
import type { LoadRound, Subject } from '../../harness/area.ts';
import { nativeClient, pause, settledLeader, standingOf } from './native-client.ts';
import { PacedWrites } from './paced-writes.ts';
import { ServerCluster, type ServerProgram } from './server-cluster.ts';

const stateBytes = 2e9;
const value: Uint8Array = new Uint8Array(1024).map((_, at) => at * 167);
const putsAtOnce = 128;
const mebibyte = 2 ** 20;
const newcomer = 2;

/**
 * MiB of memory beyond the stored state that the installing of a snapshot on a new member takes at its peak, on the sender
 * or on the receiver, whichever takes more. Two of three members are filled with 2 GB of values of 1 KiB; then the third
 * is started with nothing, while writes go on. The sender's is its peak above what it had resident before; the
 * receiver's its peak above what it has in the end, or the sender had before if that is less: both have the same state.
 */
export function snapshotMemoryOf(program: ServerProgram): Subject {
  return async (scale) => {
    const cluster = await ServerCluster.start(program, {
      started: newcomer,
      flags: ['--quota-backend-bytes', `${4 * stateBytes}`],
    });
    return {
      run: () => install(cluster, Math.round((stateBytes * scale) / value.length)),
      stop: () => cluster.stop(),
    };
  };
}

async function install(cluster: ServerCluster, keys: number): Promise<LoadRound> {
  const endpoints = cluster.nativeEndpoints.split(',');
  const senders = endpoints.slice(0, newcomer);
  const leader = await settledLeader(senders);
  const client = nativeClient(senders);
  await fill(client, keys);
  const before = await Promise.all(senders.map((_, member) => settledBytes(cluster, member)));
  for (const member of senders.keys()) cluster.forgetPeak(member);

  const writes = new PacedWrites(client);
  const began = performance.now();
  cluster.startMember(newcomer);
  await settledLeader(endpoints);
  const seconds = (performance.now() - began) / 1_000;
  await writes.end();
  await client.close();
  const snapshots = cluster.told(newcomer).split('a snapshot of').length - 1;
  if (snapshots === 0) throw new Error('no snapshot was installed');
  if (writes.failed > 0) throw new Error(`${writes.failed} writes failed`);

  const sender = Math.max(...before.map((bytes, member) => cluster.peakBytes(member) - bytes)) / mebibyte;
  const settled = await settledBytes(cluster, newcomer);
  const receiver = (cluster.peakBytes(newcomer) - Math.min(settled, ...before)) / mebibyte;
  const latencies = writes.latencies.sort((one, other) => one - other);
  return {
    value: Math.max(sender, receiver),
    beside: {
      sender,
      receiver,
      state: (await standingOf(endpoints[newcomer]!))!.stateBytes / mebibyte,
      'sender before': before[leader]! / mebibyte,
      'receiver after': settled / mebibyte,
      snapshots,
      'install s': seconds,
      'writes meanwhile': latencies.length,
      'their p99 ms': latencies[Math.floor(latencies.length * 0.99)]! / 1_000,
      'slowest ms': latencies.at(-1)! / 1_000,
    },
  };
}

/** Many puts in each request: it only has to be filled. */
async function fill(client: ClusterClient, keys: number): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < keys) {
      const from = next;
      next = Math.min(keys, from + putsAtOnce);
      const puts = Array.from({ length: next - from }, (_, at) => ({
        do: 'put' as const,
        key: `key-${String(from + at).padStart(8, '0')}`,
        value,
      }));
      await client.transact({ compare: [], then: puts });
    }
  };
  await Promise.all(Array.from({ length: 8 }, lane));
}

/** What a member has resident once that stays about the same for half a minute: a snapshot of its own may be under way. */
async function settledBytes(cluster: ServerCluster, member: number): Promise<number> {
  const samples: number[] = [];
  for (let second = 0; second < 300; second++) {
    samples.push(cluster.residentBytes(member));
    const last = samples.slice(-30);
    if (last.length === 30 && Math.max(...last) - Math.min(...last) < 8 * mebibyte) break;
    await pause(1_000);
  }
  return samples.at(-1)!;
}
