import {
  type Context,
  createContextKey,
  isSpanContextValid,
  type SpanContext,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { toldSpanContext } from '../trace/own-span.ts';
import { onlyText } from './carrier-text.ts';

const debugKey = createContextKey('holdfast.b3.debug');
const singlePattern = /^([\da-f]{32}|[\da-f]{16})-([\da-f]{16})(?:-([01d]))?(?:-[\da-f]{16})?$/i;
const traceIdPattern = /^(?:[\da-f]{32}|[\da-f]{16})$/i;

const single = 'b3';
const multi = {
  traceId: 'x-b3-traceid',
  spanId: 'x-b3-spanid',
  parentId: 'x-b3-parentspanid',
  sampled: 'x-b3-sampled',
  flags: 'x-b3-flags',
};

interface Extracted {
  readonly span: SpanContext;
  /** Whether it was asked for, and is to be traced by everybody. */
  readonly debug: boolean;
}

/**
 * Zipkin's B3. It reads the single header `b3` as well as `x-b3-traceid` and its kin, and writes the one that it is made for. A
 * parent that leaves the decision to others counts as not sampled.
 */
export function b3Propagator(writes: 'single' | 'multi'): TextMapPropagator<unknown> {
  const write = writes === 'single' ? writeSingle : writeMulti;
  return {
    inject<Carrier>(context: Context, carrier: Carrier, setter: TextMapSetter<Carrier>): void {
      const span = toldSpanContext(context);
      if (span === undefined) return;
      write({ span, debug: context.getValue(debugKey) === true }, carrier, setter);
    },

    extract<Carrier>(context: Context, carrier: Carrier, getter: TextMapGetter<Carrier>): Context {
      const found = readSingle(carrier, getter) ?? readMulti(carrier, getter);
      if (found === undefined || !isSpanContextValid(found.span)) return context;
      const withSpan = trace.setSpanContext(context, found.span);
      return found.debug ? withSpan.setValue(debugKey, true) : withSpan;
    },

    fields: () =>
      writes === 'single' ? [single] : [multi.traceId, multi.spanId, multi.sampled, multi.flags],
  };
}

function writeSingle<Carrier>({ debug, span }: Extracted, carrier: Carrier, setter: TextMapSetter<Carrier>) {
  setter.set(carrier, single, `${span.traceId}-${span.spanId}-${debug ? 'd' : sampledDigit(span)}`);
}

function writeMulti<Carrier>({ debug, span }: Extracted, carrier: Carrier, setter: TextMapSetter<Carrier>) {
  setter.set(carrier, multi.traceId, span.traceId);
  setter.set(carrier, multi.spanId, span.spanId);
  if (debug) setter.set(carrier, multi.flags, '1');
  else setter.set(carrier, multi.sampled, sampledDigit(span));
}

function readSingle<Carrier>(carrier: Carrier, getter: TextMapGetter<Carrier>): Extracted | undefined {
  const match = singlePattern.exec(onlyText(getter.get(carrier, single)) ?? '');
  if (match === null) return undefined;
  const [, traceId, spanId, state] = match;
  return extracted(traceId!, spanId!, state === '1', state?.toLowerCase() === 'd');
}

function readMulti<Carrier>(carrier: Carrier, getter: TextMapGetter<Carrier>): Extracted | undefined {
  const text = (name: string) => onlyText(getter.get(carrier, name));
  const traceId = text(multi.traceId);
  const spanId = text(multi.spanId);
  if (traceId === undefined || spanId === undefined || !traceIdPattern.test(traceId)) return undefined;
  const sampled = text(multi.sampled)?.toLowerCase();
  return extracted(traceId, spanId, sampled === '1' || sampled === 'true', text(multi.flags) === '1');
}

/** Ids of 64 bits are filled up with zeros, and small letters are what others compare with. */
function extracted(traceId: string, spanId: string, sampled: boolean, debug: boolean): Extracted {
  const span: SpanContext = {
    traceId: traceId.toLowerCase().padStart(32, '0'),
    spanId: spanId.toLowerCase(),
    traceFlags: sampled || debug ? TraceFlags.SAMPLED : TraceFlags.NONE,
    isRemote: true,
  };
  return { span, debug };
}

function sampledDigit({ traceFlags }: SpanContext): '0' | '1' {
  return (traceFlags & TraceFlags.SAMPLED) === 0 ? '0' : '1';
}
