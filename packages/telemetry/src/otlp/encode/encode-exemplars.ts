import type { MessageWriter } from '@holdfast/transport/protobuf';
import type { Exemplar } from '../../exemplars/exemplar.ts';
import { doubleJson, keyValuesJson, writeKeyValues } from './any-value.ts';
import { nanosText, writeDouble, writeFixed64, writeId, writeNanos } from './wire-values.ts';

/** Exemplars as repeated fields with this tag. */
export function writeExemplars(
  writer: MessageWriter,
  tag: number,
  exemplars: readonly Exemplar[] | undefined,
): void {
  for (const { attributes, span, time, value } of exemplars ?? []) {
    writer.varint(tag);
    const opened = writer.openLength(1);
    writer.varint(0x11);
    writeNanos(writer, time);
    if (Number.isSafeInteger(value)) {
      writer.varint(0x31);
      writeFixed64(writer, value);
    } else {
      writer.varint(0x19);
      writeDouble(writer, value);
    }
    if (span !== undefined) {
      writer.varint(0x22);
      writeId(writer, span.spanId);
      writer.varint(0x2a);
      writeId(writer, span.traceId);
    }
    writeKeyValues(writer, 0x3a, attributes);
    writer.closeLength(opened, 1);
  }
}

/** The same in OTLP's JSON, as a field of a point: none where there are none. */
export function exemplarsJson(exemplars: readonly Exemplar[] | undefined): object {
  if (exemplars === undefined || exemplars.length === 0) return {};
  return { exemplars: exemplars.map(exemplarJson) };
}

function exemplarJson({ attributes, span, time, value }: Exemplar): object {
  return {
    timeUnixNano: nanosText(time),
    ...(Number.isSafeInteger(value) ? { asInt: `${value}` } : { asDouble: doubleJson(value) }),
    ...(span !== undefined && { spanId: span.spanId, traceId: span.traceId }),
    filteredAttributes: keyValuesJson(attributes),
  };
}
