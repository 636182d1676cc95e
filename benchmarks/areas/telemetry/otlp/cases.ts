import type { Case } from '../../../harness/area.ts';

export const otlpCases: readonly Case[] = [
  {
    name: 'otlp-decode',
    what: 'OTLP protobuf of 512 spans with eight attributes into columns, every bound checked; protobufjs: into its objects',
    method: 'load',
    unit: 'spans/s',
    goal: { times: 2, atLeast: 300_000 },
  },
  {
    name: 'otlp-decode-all',
    what: 'the same with attributes, events and links of every span as JSON; protobufjs: attributes into JSON as well',
    method: 'load',
    unit: 'spans/s',
  },
];
