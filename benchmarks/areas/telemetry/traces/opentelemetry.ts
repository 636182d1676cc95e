import { context, type Tracer } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Subject, Workload } from '../../../harness/area.ts';
import { looped } from '../../../harness/workload.ts';
import { batchSpans, fewTraces, withAttributes } from './settings.ts';

export const openTelemetryTraces: Readonly<Record<string, Subject>> = {
  'span-unsampled': () => {
    const tracer = tracerOf(new TraceIdRatioBasedSampler(fewTraces));
    return looped(() => {
      tracer.startSpan('request').end();
      return 1;
    });
  },
  'span-unsampled-child': () => {
    const tracer = tracerOf(new AlwaysOffSampler());
    return within(tracer, () => {
      tracer.startSpan('query').end();
      return 1;
    });
  },
  'span-unsampled-active': () => {
    const tracer = tracerOf(new AlwaysOffSampler());
    return within(tracer, () =>
      tracer.startActiveSpan('query', (span) => {
        span.end();
        return 1;
      }),
    );
  },
  'span-recorded': () => {
    const tracer = tracerOf(new AlwaysOnSampler());
    return within(tracer, () => {
      tracer.startSpan('query', withAttributes).end();
      return 1;
    });
  },
};

const nullExporter: SpanExporter = {
  export: (_spans, done) => done({ code: 0 }),
  shutdown: async () => {},
};

function tracerOf(root: Sampler): Tracer {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const processor = new BatchSpanProcessor({
    exporter: nullExporter,
    maxExportBatchSize: batchSpans,
    maxQueueSize: batchSpans * 4,
  });
  return new TracerProvider({
    sampler: new ParentBasedSampler({ root }),
    spanProcessors: [processor],
  }).getTracer('benchmark');
}

/** Calls inside of an active span. */
function within(tracer: Tracer, call: () => number): Workload {
  const loop = looped(call);
  return { run: (calls) => tracer.startActiveSpan('request', () => loop.run(calls)) };
}
