import type { Case } from '../../../harness/area.ts';

export const overheadCases: readonly Case[] = [
  {
    name: 'overhead',
    what: 'throughput that the shop of the showcase loses under a saturating load when every process tells all it does and a console on the same machine takes it in and keeps it, against nothing of that',
    method: 'load',
    unit: '%',
    better: 'lower',
    goal: { atMost: 5 },
    besideAtMost: { 'memory of a process, more MB': 60, 'sent for a request, B': 1_024 },
  },
];
