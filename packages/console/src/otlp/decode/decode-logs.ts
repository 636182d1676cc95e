import { MessageReader } from '@holdfast/transport/protobuf';
import type { LogBatch } from '../log-batch.ts';
import { checkAnyValue, checkKeyValue } from './any-value.ts';
import { countItems, itemPath } from './count-items.ts';
import { type Decoded, type DecodeLimits, decodeLimits } from './decode-limits.ts';
import { DecodedLogs } from './decoded-logs.ts';
import { forEachItem, type ItemOrigin } from './items.ts';
import { Rejections } from './rejections.ts';
import { ResourceTable } from './resource-table.ts';
import { textOf } from './text-of.ts';
import { TextTable } from './text-table.ts';
import { halvesOfMillis } from './wire-numbers.ts';

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
  return new LogDecoder(body, receivedAt, limits).decode();
}

const severityMax = 24;

class LogDecoder {
  readonly #body: Buffer;
  readonly #reader: MessageReader;
  readonly #receivedAt: { readonly low: number; readonly high: number };
  readonly #valuesMax: number;
  readonly #texts = new TextTable();
  readonly #resources: ResourceTable;
  readonly #logs: DecodedLogs;
  readonly #rejections = new Rejections();

  constructor(body: Buffer, receivedAt: number, { itemsMax, valuesMax }: DecodeLimits) {
    const rows = countItems(body, itemPath, itemsMax);
    this.#body = body;
    this.#reader = new MessageReader(body);
    this.#receivedAt = halvesOfMillis(receivedAt);
    this.#valuesMax = valuesMax;
    this.#resources = new ResourceTable(body, valuesMax);
    this.#logs = new DecodedLogs(body, rows, this.#texts.texts, this.#resources.entries);
  }

  decode(): Decoded<LogBatch> {
    forEachItem(this.#reader, this.#body, this.#resources, this.#texts, (origin) => this.#readLog(origin));
    return { batch: this.#logs, rejected: this.#rejections.count, reason: this.#rejections.reason };
  }

  #readLog(origin: Readonly<ItemOrigin>): void {
    const reader = this.#reader;
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
    while (reader.position < reader.end && values <= this.#valuesMax) {
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
          severityText = this.#readText();
          break;
        case 0x2a: // body
          values += this.#check(checkAnyValue);
          break;
        case 0x32: // attributes
          values += this.#check(checkKeyValue);
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
          eventName = this.#readText();
          break;
        default:
          reader.skip(tag);
      }
    }
    reader.position = reader.end;
    if (values > this.#valuesMax) {
      this.#rejections.add(`a log has more than ${this.#valuesMax} attributes and parts of its body`);
      return;
    }
    const logs = this.#logs;
    const row = logs.length;
    if (isTime(timeLow, timeHigh)) logs.timeColumn.set(row, timeLow, timeHigh);
    else if (isTime(observedLow, observedHigh)) logs.timeColumn.set(row, observedLow, observedHigh);
    else logs.timeColumn.set(row, this.#receivedAt.low, this.#receivedAt.high);
    if (traceIdAt !== -1) logs.traceIdColumn.set(row, this.#body, traceIdAt);
    if (spanIdAt !== -1) logs.spanIdColumn.set(row, this.#body, spanIdAt);
    logs.severities[row] = severity > severityMax ? 0 : severity;
    logs.severityTexts[row] = severityText;
    logs.eventNames[row] = eventName;
    logs.resourceOf[row] = origin.resource;
    logs.scopes[row] = origin.scope;
    logs.froms[row] = from;
    logs.ends[row] = reader.end;
    logs.length = row + 1;
  }

  #readText(): number {
    return this.#texts.indexOf(textOf(this.#body, this.#reader.pass(), this.#reader.position));
  }

  #check(check: (reader: MessageReader) => number): number {
    const outer = this.#reader.enter();
    const values = check(this.#reader);
    this.#reader.leave(outer);
    return values;
  }
}

/** Told at all, and before the year 2262. */
function isTime(low: number, high: number): boolean {
  return (low | high) !== 0 && high <= 0x7fffffff;
}
