import type { Area, Library } from '../harness/area.ts';
import { etcdProgram, etcdVersion } from './cluster/etcd.ts';
import { holdfastProgram } from './cluster/holdfast.ts';
import { fanOutOf, requestsOf } from './cluster/subjects.ts';

const flights = [1, 32, 256];

const holdfast: Library = {
  name: 'holdfast',
  version: '',
  subjects: {
    ...Object.fromEntries(
      flights.flatMap((flight) => [
        [`grpc-${flight}`, requestsOf(holdfastProgram, 'go', 'put', flight)],
        [`native-${flight}`, requestsOf(holdfastProgram, 'native', 'put', flight)],
      ]),
    ),
    'read-32': requestsOf(holdfastProgram, 'native', 'get', 32),
    'watch-fanout': fanOutOf(holdfastProgram),
  },
};

const etcd: Library = {
  name: 'etcd',
  version: etcdVersion(),
  subjects: {
    ...Object.fromEntries(
      flights.flatMap((flight) => [
        [`grpc-${flight}`, requestsOf(etcdProgram, 'go', 'put', flight)],
        [`native-${flight}`, requestsOf(etcdProgram, 'go', 'put', flight)],
      ]),
    ),
    'read-32': requestsOf(etcdProgram, 'go', 'get', 32),
    'watch-fanout': fanOutOf(etcdProgram),
  },
};

export const area: Area = {
  what: 'Three members on one disk, each write durable on a majority; etcd is always driven by its own Go client',
  cases: [
    ...flights.map((flight) => ({
      name: `grpc-${flight}`,
      what: `puts of 100 bytes through gRPC and etcd's Go client, ${flight} in flight`,
      method: 'load' as const,
      unit: 'puts/s',
    })),
    ...flights.map((flight) => ({
      name: `native-${flight}`,
      what: `the same through Holdfast's own client and protocol, ${flight} in flight`,
      method: 'load' as const,
      unit: 'puts/s',
    })),
    {
      name: 'read-32',
      what: "linearizable reads by each one's best client, 32 in flight",
      method: 'load',
      unit: 'reads/s',
    },
    {
      name: 'watch-fanout',
      what: 'from a write until the last of 1,000 watchers has it, through gRPC',
      method: 'load',
      unit: 'ms',
      better: 'lower',
    },
  ],
  floor: { name: 'floor', version: '', subjects: {} },
  holdfast,
  peers: [etcd],
};
