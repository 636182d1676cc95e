import type { Meter } from '@opentelemetry/api';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import type { Subject } from '../../../harness/area.ts';
import { looped } from '../../../harness/workload.ts';
import { counting, recorder } from './recorder.ts';
import { longestBlock, type Scrape, wholeScrape } from './scrape.ts';
import { bounds, durations, labels, seriesCount, seriesLabels } from './settings.ts';

/** It has no bound labels: each call brings them. */
export const openTelemetryMetrics: Readonly<Record<string, Subject>> = {
  counter: () => {
    const calls = metered().meter.createCounter('calls');
    return looped(
      counting((series) => {
        const attributes = seriesLabels(series);
        return () => calls.add(1, attributes);
      }),
    );
  },
  histogram: perCall,
  'histogram-otel': perCall,
  scrape: () => wholeScrape(scrapeOf()),
  'scrape-block': () => longestBlock(scrapeOf()),
};

function perCall() {
  const histogram = histogramOf(metered().meter);
  return looped(recorder((value) => histogram.record(value, labels)));
}

function metered(): { meter: Meter; reader: PrometheusExporter } {
  const reader = new PrometheusExporter({ preventServerStart: true });
  const provider = new MeterProvider({
    readers: [reader],
    views: [{ instrumentName: '*', aggregationCardinalityLimit: seriesCount + 1 }],
  });
  return { meter: provider.getMeter('benchmark'), reader };
}

function histogramOf(meter: Meter) {
  return meter.createHistogram('call.duration', {
    unit: 's',
    advice: { explicitBucketBoundaries: [...bounds] },
  });
}

function scrapeOf(): Scrape {
  const { meter, reader } = metered();
  const histogram = histogramOf(meter);
  for (let index = 0; index < seriesCount; index++) {
    const attributes = seriesLabels(index);
    for (let value = 0; value < 20; value++) {
      histogram.record(durations[(index * 20 + value) % durations.length]!, attributes);
    }
  }
  const serializer = new PrometheusSerializer();
  return async () => Buffer.from(serializer.serialize((await reader.collect()).resourceMetrics)).length;
}
