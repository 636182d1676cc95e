import type { Case } from '../../../harness/area.ts';

const goals = {
  method: 'load',
  unit: '%',
  better: 'lower',
  goal: { atMost: 5 },
  besideAtMost: { 'memory of a process, more MB': 60, 'sent for a request, B': 1_024 },
} as const;

export const overheadCases: readonly Case[] = [
  {
    name: 'overhead',
    what: 'throughput that the shop of the showcase loses under a saturating load when every process tells all it does, each trace of it, and a console on the same two cores takes it in and keeps it, against nothing of that',
    ...goals,
  },
  {
    name: 'overhead-sampled',
    what: 'the same where one trace in ten is told, and all metrics, logs and admin endpoints as before',
    ...goals,
  },
];
