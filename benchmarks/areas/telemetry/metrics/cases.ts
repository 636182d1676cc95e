import type { Case } from '../../../harness/area.ts';
import { seriesCount } from './settings.ts';

const histograms = `${seriesCount.toLocaleString('en')} histograms of 11 bounds as Prometheus' text`;

export const metricCases: readonly Case[] = [
  {
    name: 'counter',
    what: 'adding one, three labels bound where the library can',
    method: 'time',
    goal: { atMost: 10 },
  },
  {
    name: 'histogram',
    what: 'recording a duration in 11 buckets, three labels bound where the library can',
    method: 'time',
    goal: { atMost: 40 },
  },
  {
    name: 'histogram-otel',
    what: 'the same with labels that each call brings, for Holdfast through the API of OpenTelemetry',
    method: 'time',
  },
  {
    name: 'scrape',
    what: histograms,
    method: 'load',
    unit: 'ms',
    better: 'lower',
    goal: { atMost: 40 },
  },
  {
    name: 'scrape-block',
    what: `the longest time that others wait for their turn while ${histograms} are written`,
    method: 'load',
    unit: 'ms',
    better: 'lower',
    goal: { atMost: 5 },
  },
];
