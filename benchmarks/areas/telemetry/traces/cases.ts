import type { Case } from '../../../harness/area.ts';

export const traceCases: readonly Case[] = [
  {
    name: 'span-unsampled',
    what: 'beginning and ending the first span of a trace that is not sampled, 1 % are, with a context manager',
    method: 'time',
    goal: { atMost: 60 },
  },
  {
    name: 'span-unsampled-child',
    what: 'beginning and ending a child of the active span, of a trace that is not sampled',
    method: 'time',
    goal: { atMost: 120 },
  },
  {
    name: 'span-unsampled-active',
    what: 'the same child, made the active span of a function that is called',
    method: 'time',
  },
  {
    name: 'span-recorded',
    what: 'beginning and ending a child of the active span with four attributes, batched for a null exporter',
    method: 'time',
    goal: { atMost: 500 },
  },
];
