import {
  AsyncContextManager,
  alwaysOff,
  alwaysOn,
  parentBased,
  type Sampler,
  type SpanRecord,
  type SpanSink,
  TracerProvider,
  traceRatio,
} from '@holdfast/telemetry';
import type { Subject, Workload } from '../../../harness/area.ts';
import { looped } from '../../../harness/workload.ts';
import { batchSpans, fewTraces, withAttributes } from './settings.ts';

export const holdfastTraces: Readonly<Record<string, Subject>> = {
  'span-unsampled': () => {
    const tracer = tracerOf(parentBased(traceRatio(fewTraces)));
    return looped(() => {
      tracer.startSpan('request').end();
      return 1;
    });
  },
  'span-unsampled-child': () => {
    const tracer = tracerOf(parentBased(alwaysOff));
    return within(tracer, () => {
      tracer.startSpan('query').end();
      return 1;
    });
  },
  'span-unsampled-active': () => {
    const tracer = tracerOf(parentBased(alwaysOff));
    return within(tracer, () =>
      tracer.startActiveSpan('query', (span) => {
        span.end();
        return 1;
      }),
    );
  },
  'span-recorded': () => {
    const tracer = tracerOf(parentBased(alwaysOn));
    return within(tracer, () => {
      tracer.startSpan('query', withAttributes).end();
      return 1;
    });
  },
};

type Tracer = ReturnType<TracerProvider['getTracer']>;

function tracerOf(sampler: Sampler): Tracer {
  const contexts = new AsyncContextManager();
  return new TracerProvider({ sampler, sink: new NullBatches(), contexts }).getTracer('benchmark');
}

/** Calls inside of an active span. */
function within(tracer: Tracer, call: () => number): Workload {
  const loop = looped(call);
  return { run: (calls) => tracer.startActiveSpan('request', () => loop.run(calls)) };
}

/** Batches that go nowhere. */
class NullBatches implements SpanSink {
  #batch: SpanRecord[] = [];

  addSpan(span: SpanRecord): void {
    this.#batch.push(span);
    if (this.#batch.length >= batchSpans) this.#batch = [];
  }
}
