import { type Histogram, MeterProvider, MetricRegistry, streamExposition } from '@holdfast/telemetry';
import type { Subject } from '../../../harness/area.ts';
import { looped } from '../../../harness/workload.ts';
import { counting, recorder } from './recorder.ts';
import { longestBlock, type Scrape, wholeScrape } from './scrape.ts';
import { bounds, durations, labelNames, labels, seriesCount, seriesLabels } from './settings.ts';

export const holdfastMetrics: Readonly<Record<string, Subject>> = {
  counter: () => {
    const calls = new MetricRegistry().counter('calls', { help: 'Calls.', labels: labelNames });
    return looped(
      counting((series) => {
        const counter = calls.with(seriesLabels(series));
        return () => counter.add();
      }),
    );
  },
  histogram: () => {
    const histogram = new MetricRegistry()
      .histogram('call_duration_seconds', { help: 'Took.', unit: 'seconds', bounds, labels: labelNames })
      .with(labels);
    return looped(recorder((value) => histogram.record(value)));
  },
  'histogram-otel': () => {
    const histogram = new MeterProvider({ registry: new MetricRegistry() })
      .getMeter('benchmark')
      .createHistogram('call.duration', { unit: 's', advice: { explicitBucketBoundaries: [...bounds] } });
    return looped(recorder((value) => histogram.record(value, labels)));
  },
  scrape: () => wholeScrape(scrapeOf()),
  'scrape-block': () => longestBlock(scrapeOf()),
};

function scrapeOf(): Scrape {
  const registry = new MetricRegistry();
  const family = registry.histogram('call_duration_seconds', {
    help: 'Took.',
    unit: 'seconds',
    bounds,
    labels: labelNames,
    seriesMax: seriesCount,
  });
  for (let index = 0; index < seriesCount; index++) fill(family.with(seriesLabels(index)), index);
  return async () => {
    let bytes = 0;
    for await (const piece of streamExposition(registry)) bytes += piece.length;
    return bytes;
  };
}

function fill(histogram: Histogram, index: number): void {
  for (let value = 0; value < 20; value++)
    histogram.record(durations[(index * 20 + value) % durations.length]!);
}
