import type { MessageWriter } from '@holdfast/transport/protobuf';
import type { LogRecord } from '../../logs/log-record.ts';
import { anyValueJson, keyValuesJson, writeAnyValue, writeKeyValues } from './any-value.ts';
import type { ItemFormat } from './otlp-request.ts';
import { nanosText, writeId, writeNanos } from './wire-values.ts';

/** Logs in an `ExportLogsServiceRequest` of OTLP. */
export const logFormat: ItemFormat<LogRecord> = {
  write: writeLog,
  json: logJson,
  names: { resources: 'resourceLogs', scopes: 'scopeLogs', items: 'logRecords' },
};

function writeLog(writer: MessageWriter, log: LogRecord): void {
  writer.varint(0x09);
  writeNanos(writer, log.time);
  if (log.severity !== 0) {
    writer.varint(0x10);
    writer.varint(log.severity);
  }
  if (log.severityText !== undefined) {
    writer.varint(0x1a);
    writer.text(log.severityText);
  }
  if (log.body !== undefined) {
    writer.varint(0x2a);
    writeAnyValue(writer, log.body);
  }
  writeKeyValues(writer, 0x32, log.attributes);
  if (log.droppedAttributes !== 0) {
    writer.varint(0x38);
    writer.varint(log.droppedAttributes);
  }
  if (log.traceId !== undefined) {
    writer.varint(0x45);
    writer.fixed32(log.traceFlags);
    writer.varint(0x4a);
    writeId(writer, log.traceId);
  }
  if (log.spanId !== undefined) {
    writer.varint(0x52);
    writeId(writer, log.spanId);
  }
  writer.varint(0x59);
  writeNanos(writer, log.observedTime);
  if (log.eventName !== undefined) {
    writer.varint(0x62);
    writer.text(log.eventName);
  }
}

function logJson(log: LogRecord): object {
  return {
    timeUnixNano: nanosText(log.time),
    observedTimeUnixNano: nanosText(log.observedTime),
    severityNumber: log.severity,
    ...(log.severityText !== undefined && { severityText: log.severityText }),
    ...(log.body !== undefined && { body: anyValueJson(log.body) }),
    attributes: keyValuesJson(log.attributes),
    droppedAttributesCount: log.droppedAttributes,
    ...(log.traceId !== undefined && { flags: log.traceFlags, traceId: log.traceId }),
    ...(log.spanId !== undefined && { spanId: log.spanId }),
    ...(log.eventName !== undefined && { eventName: log.eventName }),
  };
}
