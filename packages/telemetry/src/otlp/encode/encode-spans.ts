import type { MessageWriter } from '@holdfast/transport/protobuf';
import type { TraceState } from '@opentelemetry/api';
import { RecordedSpan } from '../../trace/recorded-span.ts';
import type { SpanEvent, SpanLinkRecord, SpanRecord } from '../../trace/span-record.ts';
import { keyValuesJson, writeKeyValues } from './any-value.ts';
import type { ItemFormat } from './otlp-request.ts';
import { nanosText, writeId, writeNanos, writeWord } from './wire-values.ts';

/** Flags of OTLP beyond those of W3C: whether it is known, and true, that a parent or link is of another process. */
const hasIsRemote = 0x100;
const isRemote = 0x200;

/** Spans in an `ExportTraceServiceRequest` of OTLP. */
export const spanFormat: ItemFormat<SpanRecord> = {
  write: writeSpan,
  json: spanJson,
  names: { resources: 'resourceSpans', scopes: 'scopeSpans', items: 'spans' },
};

function writeSpan(writer: MessageWriter, span: SpanRecord): void {
  const { duration, start, status } = span;
  const flags = writeIdentity(writer, span);
  writer.varint(0x2a);
  writer.text(span.name);
  writer.varint(0x30);
  writer.varint(span.kind + 1);
  writer.varint(0x39);
  writeNanos(writer, start);
  writer.varint(0x41);
  writeNanos(writer, start, duration);
  writeKeyValues(writer, 0x4a, span.attributes);
  writeCount(writer, 0x50, span.droppedAttributes);
  for (const event of span.events) writeEvent(writer, event);
  writeCount(writer, 0x60, span.droppedEvents);
  for (const link of span.links) writeLink(writer, link);
  writeCount(writer, 0x70, span.droppedLinks);
  if (status.code !== 0) {
    writer.varint(0x7a);
    const opened = writer.openLength(1);
    if (status.message !== undefined && status.message !== '') {
      writer.varint(0x12);
      writer.text(status.message);
    }
    writer.varint(0x18);
    writer.varint(status.code);
    writer.closeLength(opened, 1);
  }
  writer.varint(0x85); // flags: field 16, whose tag takes two bytes
  writer.fixed32(spanFlags(flags, span.parentIsRemote));
}

/** Writes the ids of a span, its trace state and its parent. Returns its flags. Spans of this package have their ids as numbers. */
function writeIdentity(writer: MessageWriter, span: SpanRecord): number {
  if (!(span instanceof RecordedSpan)) return writeContext(writer, span);
  const { trace, traceFlags } = span;
  writer.varint(0x0a);
  writer.varint(16);
  for (const word of trace.words) writeWord(writer, word);
  writer.varint(0x12);
  writer.varint(8);
  writeWord(writer, span.idHigh);
  writeWord(writer, span.idLow);
  writeTraceState(writer, trace.traceState);
  if (span.hasParent) {
    writer.varint(0x22);
    writer.varint(8);
    writeWord(writer, span.parentHigh);
    writeWord(writer, span.parentLow);
  }
  return traceFlags;
}

function writeContext(writer: MessageWriter, { context, parentId }: SpanRecord): number {
  writer.varint(0x0a);
  writeId(writer, context.traceId);
  writer.varint(0x12);
  writeId(writer, context.spanId);
  writeTraceState(writer, context.traceState);
  if (parentId !== undefined) {
    writer.varint(0x22);
    writeId(writer, parentId);
  }
  return context.traceFlags;
}

function writeTraceState(writer: MessageWriter, traceState: TraceState | undefined): void {
  if (traceState === undefined) return;
  writer.varint(0x1a);
  writer.text(traceState.serialize());
}

function spanFlags(traceFlags: number, parentIsRemote: boolean): number {
  return traceFlags | hasIsRemote | (parentIsRemote ? isRemote : 0);
}

function linkFlags({ context }: SpanLinkRecord): number {
  return context.traceFlags | hasIsRemote | (context.isRemote === true ? isRemote : 0);
}

function writeEvent(writer: MessageWriter, event: SpanEvent): void {
  writer.varint(0x5a);
  const opened = writer.openLength(1);
  writer.varint(0x09);
  writeNanos(writer, event.time);
  writer.varint(0x12);
  writer.text(event.name);
  writeKeyValues(writer, 0x1a, event.attributes);
  writeCount(writer, 0x20, event.droppedAttributes);
  writer.closeLength(opened, 1);
}

function writeLink(writer: MessageWriter, link: SpanLinkRecord): void {
  const { context } = link;
  writer.varint(0x6a);
  const opened = writer.openLength(1);
  writer.varint(0x0a);
  writeId(writer, context.traceId);
  writer.varint(0x12);
  writeId(writer, context.spanId);
  writeTraceState(writer, context.traceState);
  writeKeyValues(writer, 0x22, link.attributes);
  writeCount(writer, 0x28, link.droppedAttributes);
  writer.varint(0x35);
  writer.fixed32(linkFlags(link));
  writer.closeLength(opened, 1);
}

function writeCount(writer: MessageWriter, tag: number, count: number): void {
  if (count === 0) return;
  writer.varint(tag);
  writer.varint(count);
}

function spanJson(span: SpanRecord): object {
  const { context, duration, parentId, start, status } = span;
  return {
    traceId: context.traceId,
    spanId: context.spanId,
    ...(context.traceState !== undefined && { traceState: context.traceState.serialize() }),
    ...(parentId !== undefined && { parentSpanId: parentId }),
    flags: spanFlags(context.traceFlags, span.parentIsRemote),
    name: span.name,
    kind: span.kind + 1,
    startTimeUnixNano: nanosText(start),
    endTimeUnixNano: nanosText(start, duration),
    attributes: keyValuesJson(span.attributes),
    droppedAttributesCount: span.droppedAttributes,
    events: span.events.map((event) => ({
      timeUnixNano: nanosText(event.time),
      name: event.name,
      attributes: keyValuesJson(event.attributes),
      droppedAttributesCount: event.droppedAttributes,
    })),
    droppedEventsCount: span.droppedEvents,
    links: span.links.map((link) => ({
      traceId: link.context.traceId,
      spanId: link.context.spanId,
      ...(link.context.traceState !== undefined && { traceState: link.context.traceState.serialize() }),
      attributes: keyValuesJson(link.attributes),
      droppedAttributesCount: link.droppedAttributes,
      flags: linkFlags(link),
    })),
    droppedLinksCount: span.droppedLinks,
    ...(status.code !== 0 && { status: { code: status.code, message: status.message ?? '' } }),
  };
}
