import type { Area, Library } from '../harness/area.ts';
import { etcdProgram, etcdVersion } from './cluster/etcd.ts';
import { electionTimeoutMillis, failoverOf } from './cluster/failover.ts';
import { holdfastProgram } from './cluster/holdfast.ts';
import { snapshotMemoryOf } from './cluster/snapshot-install.ts';
import { fanOutOf, requestsOf } from './cluster/subjects.ts';

/** How many are in flight, and how many times as many as etcd's Holdfast is to answer: through gRPC, and natively. */
const flights = [
  { flight: 1, grpc: 1, native: 1.3 },
  { flight: 32, grpc: 1.2, native: 6 },
  { flight: 256, grpc: 1, native: 10 },
];

const holdfast: Library = {
  name: 'holdfast',
  version: '',
  subjects: {
    ...Object.fromEntries(
      flights.flatMap(({ flight }) => [
        [`grpc-${flight}`, requestsOf(holdfastProgram, 'go', 'put', flight)],
        [`native-${flight}`, requestsOf(holdfastProgram, 'native', 'put', flight)],
      ]),
    ),
    'read-32': requestsOf(holdfastProgram, 'native', 'get', 32),
    'watch-fanout': fanOutOf(holdfastProgram),
    failover: failoverOf(holdfastProgram, 'native'),
    'snapshot-rss': snapshotMemoryOf(holdfastProgram),
  },
};

const etcd: Library = {
  name: 'etcd',
  version: etcdVersion(),
  subjects: {
    ...Object.fromEntries(
      flights.flatMap(({ flight }) => [
        [`grpc-${flight}`, requestsOf(etcdProgram, 'go', 'put', flight)],
        [`native-${flight}`, requestsOf(etcdProgram, 'go', 'put', flight)],
      ]),
    ),
    'read-32': requestsOf(etcdProgram, 'go', 'get', 32),
    'watch-fanout': fanOutOf(etcdProgram),
    failover: failoverOf(etcdProgram, 'go'),
  },
};

export const area: Area = {
  what: 'Three members on one disk, each write durable on a majority; etcd is always driven by its own Go client',
  cases: [
    ...flights.map(({ flight, grpc }) => ({
      name: `grpc-${flight}`,
      what: `puts of 100 bytes through gRPC and etcd's Go client, ${flight} in flight`,
      method: 'load' as const,
      unit: 'puts/s',
      goal: { times: grpc },
    })),
    ...flights.map(({ flight, native }) => ({
      name: `native-${flight}`,
      what: `the same through Holdfast's own client and protocol, ${flight} in flight`,
      method: 'load' as const,
      unit: 'puts/s',
      goal: { times: native },
    })),
    {
      name: 'read-32',
      what: "linearizable reads by each one's best client, 32 in flight",
      method: 'load',
      unit: 'reads/s',
      goal: { times: 2 },
    },
    {
      name: 'watch-fanout',
      what: 'from a write until the last of 1,000 watchers has it, through gRPC',
      method: 'load',
      unit: 'ms',
      better: 'lower',
      goal: { times: 1 },
    },
    {
      name: 'failover',
      what: 'from the SIGKILL of the leader until a write is accepted again',
      method: 'tail',
      unit: 'ms at p99',
      goal: { atMost: 2.5 * electionTimeoutMillis },
    },
    {
      name: 'snapshot-rss',
      what: 'memory beyond the stored state while 2 GB are installed on a new member, and writes go on',
      method: 'figure',
      unit: 'MiB',
      better: 'lower',
      goal: { atMost: 256 },
    },
  ],
  floor: { name: 'floor', version: '', subjects: {} },
  holdfast,
  peers: [etcd],
};
