import { Counter, Histogram, Registry } from 'prom-client';
import type { Subject } from '../../../harness/area.ts';
import { looped } from '../../../harness/workload.ts';
import { counting, recorder } from './recorder.ts';
import { longestBlock, type Scrape, wholeScrape } from './scrape.ts';
import { bounds, durations, labelNames, labels, seriesCount, seriesLabels } from './settings.ts';

export const promClientMetrics: Readonly<Record<string, Subject>> = {
  counter: () => {
    const calls = new Counter({ name: 'calls', help: 'Calls.', labelNames, registers: [new Registry()] });
    return looped(
      counting((series) => {
        const bound = calls.labels(seriesLabels(series));
        return () => bound.inc();
      }),
    );
  },
  histogram: () => {
    const bound = histogramIn(new Registry()).labels(labels);
    return looped(recorder((value) => bound.observe(value)));
  },
  'histogram-otel': () => {
    const histogram = histogramIn(new Registry());
    return looped(recorder((value) => histogram.observe(labels, value)));
  },
  scrape: () => wholeScrape(scrapeOf()),
  'scrape-block': () => longestBlock(scrapeOf()),
};

function histogramIn(registry: Registry): Histogram<(typeof labelNames)[number]> {
  return new Histogram({
    name: 'call_duration_seconds',
    help: 'Took.',
    labelNames,
    buckets: [...bounds],
    registers: [registry],
  });
}

function scrapeOf(): Scrape {
  const registry = new Registry();
  const histogram = histogramIn(registry);
  for (let index = 0; index < seriesCount; index++) {
    const bound = histogram.labels(seriesLabels(index));
    for (let value = 0; value < 20; value++)
      bound.observe(durations[(index * 20 + value) % durations.length]!);
  }
  return async () => Buffer.from(await registry.metrics()).length;
}
