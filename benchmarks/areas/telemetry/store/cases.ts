import type { Case } from '../../../harness/area.ts';

const million = 'of one million stored spans';

export const storeCases: readonly Case[] = [
  {
    name: 'otlp-ingest',
    what: 'OTLP protobuf over HTTP from another process, 512 spans a request, 8 at once, until the last is durable and can be queried',
    method: 'load',
    unit: 'spans/s',
    goal: { atLeast: 100_000 },
  },
  ...[
    {
      name: 'red-live',
      what: 'rate, errors and durations of every operation over 15 minutes, in memory',
      most: 20,
    },
    { name: 'edges-live', what: 'who calls whom over 15 minutes, in memory', most: 20 },
    { name: 'trace-by-id', what: `one trace ${million}`, most: 20 },
    { name: 'red-window', what: `rate, errors and p99 of every operation, all ${million}`, most: 200 },
    { name: 'edges-window', what: `who calls whom, all ${million}`, most: 300 },
  ].map(({ name, what, most }) => ({
    name,
    what,
    method: 'figure' as const,
    unit: 'ms',
    better: 'lower' as const,
    goal: { atMost: most },
  })),
  {
    name: 'bytes-per-span',
    what: 'on disk, of a million spans with three attributes (67 bytes of JSON), ten to a trace',
    method: 'figure',
    unit: 'bytes',
    better: 'lower',
    goal: { atMost: 30 },
  },
];
