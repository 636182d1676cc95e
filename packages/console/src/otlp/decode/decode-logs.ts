import type { LogBatch } from '../log-batch.ts';
import { checkAnyValue, checkKeyValue } from './any-value.ts';
import { itemPath } from './count-items.ts';
import { type Decoded, type DecodeLimits, decodeLimits } from './decode-limits.ts';
import { DecodedLogs } from './decoded-logs.ts';
import { type ItemOrigin, OtlpRequest } from './otlp-request.ts';
import { type Halves, halvesOfMillis } from './wire-numbers.ts';

/**
 * Decodes an `ExportLogsServiceRequest` of OTLP. The batch keeps `body`, which nobody may write to any more.
 *
 * @param receivedAt - milliseconds since the Unix epoch: when a log happened that does not say so itself.
 * @throws HoldfastError MALFORMED_MESSAGE when it is no such request; TELEMETRY_TOO_LARGE.
 */
export function decodeLogs(
  body: Buffer,
  receivedAt: number,
  limits: DecodeLimits = decodeLimits,
): Decoded<LogBatch> {
  const request = new OtlpRequest(body, itemPath, limits);
  const logs = new DecodedLogs(request);
  const received = halvesOfMillis(receivedAt);
  request.forEachItem((origin) => readLog(request, logs, origin, received));
  return request.decoded<LogBatch>(logs);
}

const severityMax = 24;

function readLog(
  request: OtlpRequest,
  logs: DecodedLogs,
  origin: Readonly<ItemOrigin>,
  received: Halves,
): void {
  const { body, reader, valuesMax } = request;
  const from = reader.position;
  let timeLow = 0;
  let timeHigh = 0;
  let observedLow = 0;
  let observedHigh = 0;
  let traceIdAt = -1;
  let spanIdAt = -1;
  let severity = 0;
  let severityText = 0;
  let eventName = 0;
  let values = 0;
  // One that holds too much is not read to its end.
  while (reader.position < reader.end && values <= valuesMax) {
    const tag = reader.varint32();
    switch (tag) {
      case 0x09: // time_unix_nano
        timeLow = reader.fixed32();
        timeHigh = reader.fixed32();
        break;
      case 0x59: // observed_time_unix_nano
        observedLow = reader.fixed32();
        observedHigh = reader.fixed32();
        break;
      case 0x10: // severity_number
        severity = reader.varint32();
        break;
      case 0x1a: // severity_text
        severityText = request.readText();
        break;
      case 0x2a: // body
        values += request.check(checkAnyValue);
        break;
      case 0x32: // attributes
        values += request.check(checkKeyValue);
        break;
      case 0x4a: // trace_id
        traceIdAt = reader.pass();
        if (reader.position - traceIdAt !== 16) traceIdAt = -1;
        break;
      case 0x52: // span_id
        spanIdAt = reader.pass();
        if (reader.position - spanIdAt !== 8) spanIdAt = -1;
        break;
      case 0x62: // event_name
        eventName = request.readText();
        break;
      default:
        reader.skip(tag);
    }
  }
  reader.position = reader.end;
  if (values > valuesMax) {
    request.reject(`a log has more than ${valuesMax} attributes and parts of its body`);
    return;
  }
  const row = logs.length;
  if (isTime(timeLow, timeHigh)) logs.timeColumn.set(row, timeLow, timeHigh);
  else if (isTime(observedLow, observedHigh)) logs.timeColumn.set(row, observedLow, observedHigh);
  else logs.timeColumn.set(row, received.low, received.high);
  if (traceIdAt !== -1) logs.traceIdColumn.set(row, body, traceIdAt);
  if (spanIdAt !== -1) logs.spanIdColumn.set(row, body, spanIdAt);
  logs.severities[row] = severity > severityMax ? 0 : severity;
  logs.severityTexts[row] = severityText;
  logs.eventNames[row] = eventName;
  logs.resourceOf[row] = origin.resource;
  logs.scopes[row] = origin.scope;
  logs.froms[row] = from;
  logs.ends[row] = reader.end;
  logs.length = row + 1;
}

/** Told at all, and before the year 2262. */
function isTime(low: number, high: number): boolean {
  return (low | high) !== 0 && high <= 0x7fffffff;
}
