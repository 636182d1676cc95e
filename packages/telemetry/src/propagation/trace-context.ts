import {
  type Context,
  createTraceState,
  isSpanContextValid,
  type SpanContext,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
  trace,
} from '@opentelemetry/api';
import { isTracingSuppressed, spanOf } from '../context/context-with-span.ts';
import { onlyText } from './carrier-text.ts';

const headerPattern = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/;

/** Flags that are defined: sampled, and random trace id. */
const knownFlags = 0b11;

/** W3C Trace Context, level 2: the headers `traceparent` and `tracestate`. */
export const traceContextPropagator: TextMapPropagator<unknown> = {
  inject<Carrier>(context: Context, carrier: Carrier, setter: TextMapSetter<Carrier>): void {
    const span = spanOf(context)?.spanContext();
    if (span === undefined || isTracingSuppressed(context) || !isSpanContextValid(span)) return;
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
    return trace.setSpanContext(context, span);
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
  return span && trace.setSpanContext(context, span);
}

/** Undefined for what is not to be trusted: then there is a new trace, and no error. */
function parsed(header: string | undefined): SpanContext | undefined {
  const [, version, traceId, spanId, flags, rest] = headerPattern.exec(header?.trim() ?? '') ?? [];
  if (version === undefined || version === 'ff' || (version === '00' && rest !== undefined)) return undefined;
  const span = {
    traceId: traceId!,
    spanId: spanId!,
    traceFlags: Number.parseInt(flags!, 16) & knownFlags,
    isRemote: true,
  };
  return isSpanContextValid(span) ? span : undefined;
}
