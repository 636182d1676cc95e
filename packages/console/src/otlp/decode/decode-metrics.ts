import { MessageReader } from '@holdfast/transport/protobuf';
import type { MetricBatch } from '../metric-batch.ts';
import { checkKeyValue } from './any-value.ts';
import { countItems, pointPath } from './count-items.ts';
import { type Decoded, type DecodeLimits, decodeLimits } from './decode-limits.ts';
import { DecodedPoints } from './decoded-points.ts';
import { distributionProblem } from './distribution.ts';
import { forEachWithin } from './fields.ts';
import { forEachItem, type ItemOrigin } from './items.ts';
import { type PointForm, pointForms } from './point-form.ts';
import { Rejections } from './rejections.ts';
import { ResourceTable } from './resource-table.ts';
import { textOf } from './text-of.ts';
import { TextTable } from './text-table.ts';
import { doubleAt, halvesOfMillis, int64Number, uint64Number } from './wire-numbers.ts';

/**
 * Decodes an `ExportMetricsServiceRequest` of OTLP. The batch keeps `body`, which nobody may write to any more. Points that
 * say that they have no value are passed over; histograms whose buckets make no sense are left out and counted.
 *
 * @param receivedAt - milliseconds since the Unix epoch: the time of a point that does not say so itself.
 * @throws HoldfastError MALFORMED_MESSAGE when it is no such request; TELEMETRY_TOO_LARGE.
 */
export function decodeMetrics(
  body: Buffer,
  receivedAt: number,
  limits: DecodeLimits = decodeLimits,
): Decoded<MetricBatch> {
  return new MetricDecoder(body, receivedAt, limits).decode();
}

/** What a metric says of all its points. */
interface Metric {
  name: number;
  unit: number;
  temporality: number;
  monotonic: number;
}

/** The flag of a point that stands for a gap. */
const noRecordedValue = 1;
const temporalityMax = 2;

class MetricDecoder {
  readonly #body: Buffer;
  readonly #reader: MessageReader;
  readonly #receivedAt: { readonly low: number; readonly high: number };
  readonly #valuesMax: number;
  readonly #texts = new TextTable();
  readonly #resources: ResourceTable;
  readonly #points: DecodedPoints;
  readonly #rejections = new Rejections();

  constructor(body: Buffer, receivedAt: number, { itemsMax, valuesMax }: DecodeLimits) {
    const rows = countItems(body, pointPath, itemsMax);
    this.#body = body;
    this.#reader = new MessageReader(body);
    this.#receivedAt = halvesOfMillis(receivedAt);
    this.#valuesMax = valuesMax;
    this.#resources = new ResourceTable(body, valuesMax);
    this.#points = new DecodedPoints(body, rows, this.#texts.texts, this.#resources.entries);
  }

  decode(): Decoded<MetricBatch> {
    forEachItem(this.#reader, this.#body, this.#resources, this.#texts, (origin) => this.#readMetric(origin));
    return { batch: this.#points, rejected: this.#rejections.count, reason: this.#rejections.reason };
  }

  #readMetric(origin: Readonly<ItemOrigin>): void {
    const reader = this.#reader;
    const from = reader.position;
    const metric: Metric = { name: 0, unit: 0, temporality: 0, monotonic: 0 };
    while (reader.position < reader.end) {
      const tag = reader.varint32();
      if (tag === 0x0a) metric.name = this.#readText();
      else if (tag === 0x1a) metric.unit = this.#readText();
      else reader.skip(tag);
    }
    reader.position = from;
    while (reader.position < reader.end) {
      const tag = reader.varint32();
      const form = pointForms.get(tag);
      if (form === undefined) reader.skip(tag);
      else this.#readData(form, metric, origin);
    }
  }

  /** A `Gauge`, `Sum` and so on, which says how its points add up behind them. */
  #readData(form: PointForm, metric: Metric, origin: Readonly<ItemOrigin>): void {
    const reader = this.#reader;
    const outer = reader.enter();
    const from = reader.position;
    while (reader.position < reader.end) {
      const tag = reader.varint32();
      if (tag === 0x10) metric.temporality = reader.varint32();
      else if (tag === 0x18) metric.monotonic = reader.varint32() === 0 ? 0 : 1;
      else reader.skip(tag);
    }
    reader.position = from;
    forEachWithin(reader, 0x0a, () => this.#readPoint(form, metric, origin));
    reader.leave(outer);
  }

  #readPoint(form: PointForm, metric: Metric, origin: Readonly<ItemOrigin>): void {
    const reader = this.#reader;
    const from = reader.position;
    const isNumber = form.name === 'number';
    let startLow = 0;
    let startHigh = 0;
    let timeLow = 0;
    let timeHigh = 0;
    let value = Number.NaN;
    let count = 0;
    let min = Number.NaN;
    let max = Number.NaN;
    let flags = 0;
    let values = 0;
    // One that holds too much is not read to its end.
    while (reader.position < reader.end && values <= this.#valuesMax) {
      const tag = reader.varint32();
      if (tag === 0x11) {
        startLow = reader.fixed32();
        startHigh = reader.fixed32();
      } else if (tag === 0x19) {
        timeLow = reader.fixed32();
        timeHigh = reader.fixed32();
      } else if (tag === form.attributesTag) {
        const outer = reader.enter();
        values += checkKeyValue(reader);
        reader.leave(outer);
      } else if (tag === form.flagsTag) flags = reader.varint32();
      else if (tag === (isNumber ? 0x21 : 0x29))
        value = this.#readDouble(); // as_double; sum
      else if (tag === 0x31 && isNumber) {
        const low = reader.fixed32();
        value = int64Number(low, reader.fixed32()); // as_int
      } else if (tag === 0x21) {
        const low = reader.fixed32();
        count = uint64Number(low, reader.fixed32());
      } else if (tag === form.minTag) min = this.#readDouble();
      else if (tag === form.maxTag) max = this.#readDouble();
      else reader.skip(tag);
    }
    reader.position = reader.end;
    if ((flags & noRecordedValue) !== 0) return;
    const problem = this.#problemOf(form, from, values);
    if (problem !== undefined) {
      this.#rejections.add(problem);
      return;
    }
    const points = this.#points;
    const row = points.length;
    const isTimeTold = (timeLow | timeHigh) !== 0 && timeHigh <= 0x7fffffff;
    const { low, high } = isTimeTold ? { low: timeLow, high: timeHigh } : this.#receivedAt;
    points.timeColumn.set(row, low, high);
    if (startHigh <= 0x7fffffff) points.startColumn.set(row, startLow, startHigh);
    points.names[row] = metric.name;
    points.units[row] = metric.unit;
    points.kinds[row] = form.kind;
    points.temporalities[row] = metric.temporality > temporalityMax ? 0 : metric.temporality;
    points.monotonic[row] = metric.monotonic;
    points.values[row] = value;
    points.counts[row] = count;
    points.minima[row] = min;
    points.maxima[row] = max;
    points.resourceOf[row] = origin.resource;
    points.scopes[row] = origin.scope;
    points.froms[row] = from;
    points.ends[row] = reader.end;
    points.forms.push(form);
    points.length = row + 1;
  }

  #problemOf(form: PointForm, from: number, values: number): string | undefined {
    if (values > this.#valuesMax) return `a point has more than ${this.#valuesMax} attributes`;
    if (form.name === 'number') return undefined;
    this.#reader.position = from;
    return distributionProblem(this.#reader, this.#body, form, this.#valuesMax);
  }

  #readText(): number {
    return this.#texts.indexOf(textOf(this.#body, this.#reader.pass(), this.#reader.position));
  }

  #readDouble(): number {
    this.#reader.fixed32();
    this.#reader.fixed32();
    return doubleAt(this.#body, this.#reader.position - 8);
  }
}
