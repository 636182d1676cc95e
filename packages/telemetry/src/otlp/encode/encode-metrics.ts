import type { MessageWriter } from '@holdfast/transport/protobuf';
import type {
  ExponentialPoint,
  HistogramPoint,
  MetricBatch,
  MetricPoints,
  NumberPoint,
  PointFacts,
} from '../../metrics/metric-points.ts';
import type { Temporality } from '../../metrics/temporality.ts';
import { doubleJson, keyValuesJson, writeKeyValues } from './any-value.ts';
import { exemplarsJson, writeExemplars } from './encode-exemplars.ts';
import { exponentialPointJson, writeExponential } from './encode-exponential.ts';
import type { ItemFormat } from './otlp-request.ts';
import { nanosText, writeDouble, writeFixed64, writeNanos } from './wire-values.ts';

/** OTLP's numbers. */
const temporalities: Readonly<Record<Temporality, number>> = { delta: 1, cumulative: 2 };

/** The metrics of a batch in an `ExportMetricsServiceRequest` of OTLP. */
export function metricFormat(batch: MetricBatch): ItemFormat<MetricPoints> {
  return {
    write: (writer, metric) => writeMetric(writer, metric, batch),
    json: (metric) => metricJson(metric, batch),
    names: { resources: 'resourceMetrics', scopes: 'scopeMetrics', items: 'metrics' },
  };
}

function writeMetric(writer: MessageWriter, metric: MetricPoints, batch: MetricBatch): void {
  writer.varint(0x0a);
  writer.text(metric.name);
  writer.varint(0x12);
  writer.text(metric.description);
  writer.varint(0x1a);
  writer.text(metric.unit);
  writer.varint({ gauge: 0x2a, sum: 0x3a, histogram: 0x4a, exponential: 0x52 }[metric.kind]);
  const opened = writer.openLength(2);
  if (metric.kind === 'histogram') {
    for (const point of metric.points) writeHistogramPoint(writer, point, batch);
  } else if (metric.kind === 'exponential') {
    for (const point of metric.points) writeExponentialPoint(writer, point, batch);
  } else {
    for (const point of metric.points) writeNumberPoint(writer, point, batch);
  }
  if (metric.kind !== 'gauge') {
    writer.varint(0x10);
    writer.varint(temporalities[metric.temporality]);
  }
  if (metric.kind === 'sum' && metric.monotonic) {
    writer.varint(0x18);
    writer.varint(1);
  }
  writer.closeLength(opened, 2);
}

function writeNumberPoint(writer: MessageWriter, point: NumberPoint, batch: MetricBatch): void {
  const { attributes, exemplars, value } = point;
  writer.varint(0x0a);
  const opened = writer.openLength(1);
  writeTimes(writer, point, batch);
  if (Number.isSafeInteger(value)) {
    writer.varint(0x31);
    writeFixed64(writer, value);
  } else {
    writer.varint(0x21);
    writeDouble(writer, value);
  }
  writeExemplars(writer, 0x2a, exemplars);
  writeKeyValues(writer, 0x3a, attributes);
  writer.closeLength(opened, 1);
}

function writeHistogramPoint(writer: MessageWriter, point: HistogramPoint, batch: MetricBatch): void {
  const { attributes, bounds, counts, exemplars, max, min, sum } = point;
  writer.varint(0x0a);
  const opened = writer.openLength(2);
  writeTimes(writer, point, batch);
  writer.varint(0x21);
  writeFixed64(writer, total(counts));
  writer.varint(0x29);
  writeDouble(writer, sum);
  writer.varint(0x32);
  writer.varint(8 * counts.length);
  for (let index = 0; index < counts.length; index++) writeFixed64(writer, counts[index]!);
  writer.varint(0x3a);
  writer.varint(8 * bounds.length);
  for (const bound of bounds) writeDouble(writer, bound);
  writeExemplars(writer, 0x42, exemplars);
  writeKeyValues(writer, 0x4a, attributes);
  if (min !== undefined) {
    writer.varint(0x59);
    writeDouble(writer, min);
  }
  if (max !== undefined) {
    writer.varint(0x61);
    writeDouble(writer, max);
  }
  writer.closeLength(opened, 2);
}

function writeExponentialPoint(writer: MessageWriter, point: ExponentialPoint, batch: MetricBatch): void {
  writer.varint(0x0a);
  const opened = writer.openLength(2);
  writeTimes(writer, point, batch);
  writeExponential(writer, point);
  writer.closeLength(opened, 2);
}

function writeTimes(writer: MessageWriter, point: PointFacts, { startTime, time }: MetricBatch): void {
  writer.varint(0x11);
  writeNanos(writer, point.startTime ?? startTime);
  writer.varint(0x19);
  writeNanos(writer, time);
}

function metricJson(metric: MetricPoints, batch: MetricBatch): object {
  const { description, kind, name, unit } = metric;
  const identity = { name, description, unit };
  if (kind === 'gauge') {
    return {
      ...identity,
      gauge: { dataPoints: metric.points.map((point) => numberPointJson(point, batch)) },
    };
  }
  const aggregationTemporality = temporalities[metric.temporality];
  if (kind === 'histogram') {
    const dataPoints = metric.points.map((point) => histogramPointJson(point, batch));
    return { ...identity, histogram: { dataPoints, aggregationTemporality } };
  }
  if (kind === 'exponential') {
    const dataPoints = metric.points.map((point) => ({
      ...timesJson(point, batch),
      ...exponentialPointJson(point),
    }));
    return { ...identity, exponentialHistogram: { dataPoints, aggregationTemporality } };
  }
  const dataPoints = metric.points.map((point) => numberPointJson(point, batch));
  const { monotonic: isMonotonic } = metric;
  return { ...identity, sum: { dataPoints, aggregationTemporality, isMonotonic } };
}

function numberPointJson(point: NumberPoint, batch: MetricBatch): object {
  const { attributes, exemplars, value } = point;
  return {
    ...timesJson(point, batch),
    ...(Number.isSafeInteger(value) ? { asInt: `${value}` } : { asDouble: doubleJson(value) }),
    ...exemplarsJson(exemplars),
    attributes: keyValuesJson(attributes),
  };
}

function histogramPointJson(point: HistogramPoint, batch: MetricBatch): object {
  return {
    ...timesJson(point, batch),
    count: `${total(point.counts)}`,
    sum: doubleJson(point.sum),
    bucketCounts: Array.from(point.counts, (count) => `${count}`),
    explicitBounds: point.bounds,
    ...(point.min !== undefined && { min: doubleJson(point.min) }),
    ...(point.max !== undefined && { max: doubleJson(point.max) }),
    ...exemplarsJson(point.exemplars),
    attributes: keyValuesJson(point.attributes),
  };
}

function timesJson(point: PointFacts, { startTime, time }: MetricBatch): object {
  return { startTimeUnixNano: nanosText(point.startTime ?? startTime), timeUnixNano: nanosText(time) };
}

function total(counts: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < counts.length; index++) sum += counts[index]!;
  return sum;
}
