import { context, propagation, type Tracer, trace } from '@opentelemetry/api';
import { AsyncContextManager } from '../src/context/async-context-manager.ts';
import { propagators } from '../src/propagation/propagators.ts';
import type { SpanRecord } from '../src/trace/span-record.ts';
import { TracerProvider, type TracerProviderOptions } from '../src/trace/tracer-provider.ts';

export interface Tracing {
  readonly provider: TracerProvider;
  readonly contexts: AsyncContextManager;
  readonly tracer: Tracer;
  /** Those that have been exported, in the order in which they ended. */
  readonly spans: SpanRecord[];
  named(name: string): SpanRecord;
}

/** A tracer whose spans are kept. */
export function tracing(options: Omit<Partial<TracerProviderOptions>, 'sink' | 'contexts'> = {}): Tracing {
  const spans: SpanRecord[] = [];
  const contexts = new AsyncContextManager();
  const provider = new TracerProvider({
    ...options,
    contexts,
    sink: { addSpan: (span) => spans.push(span) },
  });
  return {
    provider,
    contexts,
    tracer: provider.getTracer('test', '1.0.0'),
    spans,
    named(name) {
      const found = spans.filter((span) => span.name === name);
      if (found.length !== 1)
        throw new Error(`${found.length} spans are called ${name}: ${spans.map((span) => span.name)}`);
      return found[0]!;
    },
  };
}

/** Makes `traced` what OpenTelemetry's API uses, until the returned function is called. */
export function registered({ contexts, provider }: Tracing): () => void {
  context.setGlobalContextManager(contexts);
  trace.setGlobalTracerProvider(provider);
  propagation.setGlobalPropagator(propagators(['tracecontext', 'baggage']));
  return () => {
    context.disable();
    trace.disable();
    propagation.disable();
  };
}
