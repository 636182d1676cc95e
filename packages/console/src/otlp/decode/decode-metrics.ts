import type { MessageReader } from '@holdfast/transport/protobuf';
import type { MetricBatch } from '../metric-batch.ts';
import { checkKeyValue } from './any-value.ts';
import { pointPath } from './count-items.ts';
import { type Decoded, type DecodeLimits, decodeLimits } from './decode-limits.ts';
import { DecodedPoints } from './decoded-points.ts';
import { distributionProblem } from './distribution.ts';
import { forEachWithin } from './fields.ts';
import { type ItemOrigin, OtlpRequest } from './otlp-request.ts';
import { type PointForm, pointForms } from './point-form.ts';
import { doubleAt, type Halves, halvesOfMillis, int64Number, uint64Number } from './wire-numbers.ts';

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
  const request = new OtlpRequest(body, pointPath, limits);
  const points = new DecodedPoints(request);
  const received = halvesOfMillis(receivedAt);
  request.forEachItem((origin) => readMetric(request, points, origin, received));
  return request.decoded<MetricBatch>(points);
}

/** What a metric says of all its points. */
interface Metric {
  readonly origin: Readonly<ItemOrigin>;
  /** When a point was, that does not say so itself. */
  readonly received: Halves;
  name: number;
  unit: number;
  temporality: number;
  monotonic: number;
}

/** The flag of a point that stands for a gap. */
const noRecordedValue = 1;
const temporalityMax = 2;

function readMetric(
  request: OtlpRequest,
  points: DecodedPoints,
  origin: Readonly<ItemOrigin>,
  received: Halves,
): void {
  const { reader } = request;
  const from = reader.position;
  const metric: Metric = { origin, received, name: 0, unit: 0, temporality: 0, monotonic: 0 };
  while (reader.position < reader.end) {
    const tag = reader.varint32();
    if (tag === 0x0a) metric.name = request.readText();
    else if (tag === 0x1a) metric.unit = request.readText();
    else reader.skip(tag);
  }
  reader.position = from;
  while (reader.position < reader.end) {
    const tag = reader.varint32();
    const form = pointForms.get(tag);
    if (form === undefined) reader.skip(tag);
    else readData(request, points, form, metric);
  }
}

/** A `Gauge`, `Sum` and so on, which says how its points add up behind them. */
function readData(request: OtlpRequest, points: DecodedPoints, form: PointForm, metric: Metric): void {
  const { reader } = request;
  const outer = reader.enter();
  const from = reader.position;
  while (reader.position < reader.end) {
    const tag = reader.varint32();
    if (tag === 0x10) metric.temporality = reader.varint32();
    else if (tag === 0x18) metric.monotonic = reader.varint32() === 0 ? 0 : 1;
    else reader.skip(tag);
  }
  reader.position = from;
  forEachWithin(reader, 0x0a, () => readPoint(request, points, form, metric));
  reader.leave(outer);
}

function readPoint(request: OtlpRequest, points: DecodedPoints, form: PointForm, metric: Metric): void {
  const { body, reader, valuesMax } = request;
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
  while (reader.position < reader.end && values <= valuesMax) {
    const tag = reader.varint32();
    if (tag === 0x11) {
      startLow = reader.fixed32();
      startHigh = reader.fixed32();
    } else if (tag === 0x19) {
      timeLow = reader.fixed32();
      timeHigh = reader.fixed32();
    } else if (tag === form.attributesTag) {
      values += request.check(checkKeyValue);
    } else if (tag === form.exemplarsTag) {
      values += 1;
      const outer = reader.enter();
      points.exemplarColumns.read(reader, points.length);
      reader.leave(outer);
    } else if (tag === form.flagsTag) flags = reader.varint32();
    else if (tag === (isNumber ? 0x21 : 0x29))
      value = readDouble(reader, body); // as_double; sum
    else if (tag === 0x31 && isNumber) {
      const low = reader.fixed32();
      value = int64Number(low, reader.fixed32()); // as_int
    } else if (tag === 0x21) {
      const low = reader.fixed32();
      count = uint64Number(low, reader.fixed32());
    } else if (tag === form.minTag) min = readDouble(reader, body);
    else if (tag === form.maxTag) max = readDouble(reader, body);
    else reader.skip(tag);
  }
  reader.position = reader.end;
  const isGap = (flags & noRecordedValue) !== 0;
  const problem = isGap ? undefined : problemOf(request, form, from, values);
  if (isGap || problem !== undefined) {
    points.exemplarColumns.forget(points.length);
    if (problem !== undefined) request.reject(problem);
    return;
  }
  const row = points.length;
  const isTimeTold = (timeLow | timeHigh) !== 0 && timeHigh <= 0x7fffffff;
  const { low, high } = isTimeTold ? { low: timeLow, high: timeHigh } : metric.received;
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
  points.resourceOf[row] = metric.origin.resource;
  points.scopes[row] = metric.origin.scope;
  points.froms[row] = from;
  points.ends[row] = reader.end;
  points.forms.push(form);
  points.length = row + 1;
}

function problemOf(
  { body, reader, valuesMax }: OtlpRequest,
  form: PointForm,
  from: number,
  values: number,
): string | undefined {
  if (values > valuesMax) return `a point has more than ${valuesMax} attributes and exemplars`;
  if (form.name === 'number') return undefined;
  reader.position = from;
  return distributionProblem(reader, body, form, valuesMax);
}

function readDouble(reader: MessageReader, body: Buffer): number {
  reader.fixed32();
  reader.fixed32();
  return doubleAt(body, reader.position - 8);
}
