import type {
  HistogramFamily,
  HistogramReading,
  MetricFamily,
  NumberFamily,
  NumberReading,
  Series,
} from '../metrics/metric-family.ts';
import { isPlainMetricName, underscored } from '../metrics/metric-names.ts';
import { type ByteWriter, formatNumber } from './byte-writer.ts';
import { escapeQuoted } from './escape-quoted.ts';
import type { ExpositionFormat } from './exposition-format.ts';
import { LabelWriter } from './label-writer.ts';

/** Writes a family to `out`, and yields after every series. Nothing where it has none. */
export function writeFamily(out: ByteWriter, family: MetricFamily, format: ExpositionFormat): Iterable<void> {
  const begin = () => out.text(header(family, format));
  return family.kind === 'histogram'
    ? writeSeries(family.series(), begin, histogramWriter(out, family, format))
    : writeSeries(family.series(), begin, numberWriter(out, family, format));
}

function* writeSeries<Reading>(
  series: Iterable<Series<Reading>>,
  begin: () => void,
  write: (series: Series<Reading>) => void,
): Generator<void> {
  let begun = false;
  for (const one of series) {
    if (!begun) begin();
    begun = true;
    write(one);
    yield;
  }
}

function numberWriter(out: ByteWriter, family: NumberFamily, format: ExpositionFormat) {
  const labelWriter = new LabelWriter(format, []);
  const name = family.kind === 'counter' ? `${family.exposedName}_total` : family.exposedName;
  const sample = sampleWriter(name, format);
  return ({ labels, reading }: Series<NumberReading>): void => {
    out.text(sample(labelWriter.write(labels)));
    out.value(reading.value);
  };
}

/** The lines of one histogram differ in their bounds only: what stands before it is copied from the line above. */
function histogramWriter(out: ByteWriter, { exposedName }: HistogramFamily, format: ExpositionFormat) {
  const labelWriter = new LabelWriter(format, ['le']);
  const bucket = bucketWriter(`${exposedName}_bucket`, format);
  const sum = sampleWriter(`${exposedName}_sum`, format);
  const count = sampleWriter(`${exposedName}_count`, format);
  let bounds: readonly number[] | undefined;
  let endings: Uint8Array[] = [];
  return ({ labels, reading }: Series<HistogramReading>): void => {
    if (reading.bounds !== bounds) {
      bounds = reading.bounds;
      endings = [...bounds, Number.POSITIVE_INFINITY].map((bound) => boundEnding(bound, format));
    }
    const text = labelWriter.write(labels);
    const from = out.length;
    out.text(bucket(text));
    const to = out.length;
    let total = 0;
    for (let index = 0; index < endings.length; index += 1) {
      if (index > 0) out.again(from, to);
      out.bytes(endings[index]!);
      total += reading.counts[index]!;
      out.value(total);
    }
    out.text(sum(text));
    out.value(reading.sum);
    out.text(count(text));
    out.value(total);
  };
}

/** Writes a sample up to its value: `name{labels} `. */
function sampleWriter(name: string, format: ExpositionFormat): (labels: string) => string {
  const { bare, opened } = sampleStart(name, format);
  return (labels) => (labels === '' ? `${bare} ` : `${opened}${labels}} `);
}

/** Writes a bucket up to its bound: `name{labels,le="`. */
function bucketWriter(name: string, format: ExpositionFormat): (labels: string) => string {
  const { opened } = sampleStart(name, format);
  return (labels) => (labels === '' ? `${opened}le="` : `${opened}${labels},le="`);
}

/** The name, without labels and with some to come. */
function sampleStart(name: string, { quotesNames }: ExpositionFormat): { bare: string; opened: string } {
  if (!quotesNames || isPlainMetricName(name))
    return { bare: underscored(name), opened: `${underscored(name)}{` };
  const quoted = `{"${escapeQuoted(name)}"`;
  return { bare: `${quoted}}`, opened: `${quoted},` };
}

/** OpenMetrics wants a bound to look like a real number, so that all writers write the same one the same way. */
function boundEnding(bound: number, { syntax }: ExpositionFormat): Uint8Array {
  const text = formatNumber(bound);
  return Buffer.from(`${text}${syntax === 'openmetrics' && /^-?\d+$/.test(text) ? '.0' : ''}"} `);
}

/** OpenMetrics knows fewer kinds: what has none of its own is a gauge. */
function typeOf(kind: MetricFamily['kind'], { syntax }: ExpositionFormat): string {
  if (kind === 'updown') return 'gauge';
  return kind === 'unknown' && syntax === 'text' ? 'untyped' : kind;
}

function header({ exposedName, exposedUnit, help, kind }: MetricFamily, format: ExpositionFormat): string {
  const openMetrics = format.syntax === 'openmetrics';
  // The older format knows a counter by the name of its samples.
  const name = headerName(!openMetrics && kind === 'counter' ? `${exposedName}_total` : exposedName, format);
  const helpText = openMetrics ? escapeQuoted(help) : help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  return (
    `# HELP ${name} ${helpText}\n# TYPE ${name} ${typeOf(kind, format)}\n` +
    (openMetrics && exposedUnit !== undefined ? `# UNIT ${name} ${exposedUnit}\n` : '')
  );
}

function headerName(name: string, { quotesNames }: ExpositionFormat): string {
  if (!quotesNames || isPlainMetricName(name)) return underscored(name);
  return `"${escapeQuoted(name)}"`;
}
