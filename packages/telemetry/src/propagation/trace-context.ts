import {
  type Context,
  createTraceState,
  type SpanContext,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
  trace,
} from '@opentelemetry/api';
import { ContextWithSpan } from '../context/context-with-span.ts';
import { toldSpanContext } from '../trace/own-span.ts';
import { onlyText } from './carrier-text.ts';

/** Version, trace, span, flags, and what later versions may add: each has its place, so that nothing needs to be captured. */
const headerPattern = /^[\da-f]{2}-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-[\da-f]{2}(?:-|$)/;
/** Of a header of version 0. */
const headerLength = 55;

/** Flags that are defined: sampled, and random trace id. */
const knownFlags = 0b11;

/** W3C Trace Context, level 2: the headers `traceparent` and `tracestate`. */
export const traceContextPropagator: TextMapPropagator<unknown> = {
  inject<Carrier>(context: Context, carrier: Carrier, setter: TextMapSetter<Carrier>): void {
    const span = toldSpanContext(context);
    if (span === undefined) return;
    setter.set(carrier, 'traceparent', traceparentOf(span));
    const state = span.traceState?.serialize() ?? '';
    if (state !== '') setter.set(carrier, 'tracestate', state);
  },

  extract<Carrier>(context: Context, carrier: Carrier, getter: TextMapGetter<Carrier>): Context {
    const span = parsed(onlyText(getter.get(carrier, 'traceparent')));
    if (span === undefined) return context;
    const states = getter.get(carrier, 'tracestate');
    const state = Array.isArray(states) ? states.join(',') : states;
    if (typeof state === 'string' && state !== '') span.traceState = createTraceState(state);
    return withRemote(context, span);
  },

  fields: () => ['traceparent', 'tracestate'],
};

/** The header `traceparent` of what is called from `span`. */
export function traceparentOf({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-0${(traceFlags & knownFlags).toString(16)}`;
}

/** `context` with the span that a `traceparent` names; undefined for one that is not to be trusted. */
export function contextFrom(context: Context, traceparent: string): Context | undefined {
  const span = parsed(traceparent);
  return span && withRemote(context, span);
}

function withRemote(context: Context, span: SpanContext): Context {
  return ContextWithSpan.of(context, trace.wrapSpanContext(span));
}

/** Undefined for what is not to be trusted: then there is a new trace, and no error. */
function parsed(text: string | undefined): SpanContext | undefined {
  const header = text?.trim() ?? '';
  if (!headerPattern.test(header) || header.startsWith('ff')) return undefined;
  if (header.startsWith('00') && header.length > headerLength) return undefined;
  return {
    traceId: header.slice(3, 35),
    spanId: header.slice(36, 52),
    traceFlags: Number.parseInt(header.slice(53, headerLength), 16) & knownFlags,
    isRemote: true,
  };
}
