import {
  type Context,
  type ContextManager,
  INVALID_SPAN_CONTEXT,
  isSpanContextValid,
  type Span,
  SpanKind,
  type SpanOptions,
  type Tracer,
  trace as traceApi,
} from '@opentelemetry/api';
import { ContextWithSpan, isTracingSuppressed, spanOf } from '../context/context-with-span.ts';
import type { InstrumentationScope } from '../resource/resource.ts';
import { randomnessOf } from './ids.ts';
import { LocalTrace } from './local-trace.ts';
import { isOwnSpan } from './own-span.ts';
import { type Parent, RecordedSpan } from './recorded-span.ts';
import { RemoteParent } from './remote-parent.ts';
import type { SpanRecorder } from './span-recorder.ts';
import { microsOf } from './time-input.ts';
import { UnsampledSpan } from './unsampled-span.ts';

/** Where tracers find the active context: a manager of contexts, or the API itself. */
export type ActiveContexts = Pick<ContextManager, 'active' | 'with'>;

const noOptions: SpanOptions = Object.freeze({});
const untraced: Span = traceApi.wrapSpanContext(INVALID_SPAN_CONTEXT);

/** Makes the spans of one library. What the sampler does not want is decided before anything is made for it. */
export class SpanTracer implements Tracer {
  readonly #recorder: SpanRecorder;
  readonly #contexts: ActiveContexts;
  readonly #scope: InstrumentationScope;

  constructor(recorder: SpanRecorder, contexts: ActiveContexts, scope: InstrumentationScope) {
    this.#recorder = recorder;
    this.#contexts = contexts;
    this.#scope = scope;
  }

  startSpan(
    name: string,
    options: SpanOptions = noOptions,
    context: Context = this.#contexts.active(),
  ): Span {
    if (isTracingSuppressed(context)) return untraced;
    const parent = options.root === true ? undefined : parentOf(context);
    const { ids, sampler } = this.#recorder;
    const kind = options.kind ?? SpanKind.INTERNAL;
    if (parent === undefined || parent instanceof RemoteParent) {
      const randomness = parent === undefined ? ids.randomness() : randomnessOf(parent.context.traceId);
      const decision = sampler.decide(parent, randomness, name, kind, options.attributes);
      const trace = new LocalTrace(ids, randomness, parent?.context);
      if (decision === 'drop') return new UnsampledSpan(trace);
      if (decision === 'hold') trace.held = this.#recorder.held.begin();
      return this.#record(trace, parent, decision === 'sample', name, kind, options);
    }
    const { trace } = parent;
    const decision = sampler.decide(parent, trace.randomness, name, kind, options.attributes);
    // Of a trace that nobody records, nothing is held.
    if (decision === 'drop' || (decision === 'hold' && parent instanceof UnsampledSpan)) {
      return new UnsampledSpan(trace);
    }
    return this.#record(trace, parent, decision === 'sample', name, kind, options);
  }

  startActiveSpan<F extends (span: Span) => unknown>(name: string, fn: F): ReturnType<F>;
  startActiveSpan<F extends (span: Span) => unknown>(
    name: string,
    options: SpanOptions,
    fn: F,
  ): ReturnType<F>;
  startActiveSpan<F extends (span: Span) => unknown>(
    name: string,
    options: SpanOptions,
    context: Context,
    fn: F,
  ): ReturnType<F>;
  startActiveSpan(name: string, ...args: unknown[]): unknown {
    const fn = args.at(-1) as (span: Span) => unknown;
    const options = args.length > 1 ? (args[0] as SpanOptions) : undefined;
    const context = args.length > 2 ? (args[1] as Context) : this.#contexts.active();
    const span = this.startSpan(name, options, context);
    return this.#contexts.with(ContextWithSpan.of(context, span), fn, undefined, span);
  }

  #record(
    trace: LocalTrace,
    parent: Parent | undefined,
    sampled: boolean,
    name: string,
    kind: SpanKind,
    { attributes, links, startTime }: SpanOptions,
  ): RecordedSpan {
    const recorder = this.#recorder;
    const now = recorder.clock.now();
    if (trace.offset === 0) trace.offset = recorder.clock.offset(now);
    const start = startTime === undefined ? now + trace.offset : microsOf(startTime, trace.offset);
    const span = new RecordedSpan(recorder, this.#scope, trace, parent, sampled, name, kind, start);
    if (attributes !== undefined) span.setAttributes(attributes);
    if (links !== undefined) span.addLinks(links);
    return span;
  }
}

/** Undefined where there is no span, or one that says of itself that it is none. */
function parentOf(context: Context): Parent | undefined {
  const span = spanOf(context);
  if (span === undefined || isOwnSpan(span)) return span;
  const parent = new RemoteParent(span);
  return isSpanContextValid(parent.context) ? parent : undefined;
}
