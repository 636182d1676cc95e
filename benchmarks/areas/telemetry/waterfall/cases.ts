import type { Case } from '../../../harness/area.ts';
import { spanCount } from './trace-server.ts';

export const waterfallCases: readonly Case[] = [
  {
    name: 'waterfall',
    what: `a trace of ${spanCount.toLocaleString('en')} spans in headless Chromium, from the navigation to the first frame that shows it`,
    method: 'load',
    unit: 'ms',
    better: 'lower',
    goal: { atMost: 500 },
  },
];
