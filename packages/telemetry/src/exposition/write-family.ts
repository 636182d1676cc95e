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
import { exemplarText } from './exemplar-text.ts';
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
  const labelWriter = new LabelWriter(out, format, []);
  const start = sampleStart(
    family.kind === 'counter' ? `${family.exposedName}_total` : family.exposedName,
    format,
  );
  const shown = showsExemplars(format) && family.kind === 'counter';
  return ({ labels, reading }: Series<NumberReading>): void => {
    const from = out.length;
    out.bytes(start.opened);
    if (labelWriter.write(labels)) out.bytes(closed);
    else {
      out.cut(from);
      out.bytes(start.bare);
    }
    out.value(reading.value, shown ? exemplarText(reading.exemplars, 0) : '');
  };
}

/** The lines of one histogram are alike: what was written already is copied, as far as it is the same. */
function histogramWriter(out: ByteWriter, { exposedName }: HistogramFamily, format: ExpositionFormat) {
  const labelWriter = new LabelWriter(out, format, ['le']);
  const bucket = sampleStart(`${exposedName}_bucket`, format);
  const sum = sampleStart(`${exposedName}_sum`, format);
  const count = sampleStart(`${exposedName}_count`, format);
  const shown = showsExemplars(format);
  let bounds: readonly number[] | undefined;
  let endings: Uint8Array[] = [];
  return ({ labels, reading }: Series<HistogramReading>): void => {
    if (reading.bounds !== bounds) {
      bounds = reading.bounds;
      endings = [...bounds, Number.POSITIVE_INFINITY].map((bound) => boundEnding(bound, format));
    }
    const lineFrom = out.length;
    out.bytes(bucket.opened);
    const labelsFrom = out.length;
    const labelled = labelWriter.write(labels);
    const labelsTo = out.length;
    out.bytes(labelled ? boundAfterLabels : boundAlone);
    const lineTo = out.length;
    let total = 0;
    for (let index = 0; index < endings.length; index += 1) {
      if (index > 0) out.again(lineFrom, lineTo);
      out.bytes(endings[index]!);
      total += reading.counts[index]!;
      out.value(total, shown ? exemplarText(reading.exemplars, index) : '');
    }
    const sample = ({ bare, opened }: SampleStart, value: number) => {
      out.bytes(labelled ? opened : bare);
      if (labelled) {
        out.again(labelsFrom, labelsTo);
        out.bytes(closed);
      }
      out.value(value);
    };
    sample(sum, reading.sum);
    sample(count, total);
  };
}

/** The text formats have no exemplars: their readers would refuse a page with one. */
function showsExemplars({ syntax }: ExpositionFormat): boolean {
  return syntax === 'openmetrics';
}

const closed = Buffer.from('} ');
const boundAlone = Buffer.from('le="');
const boundAfterLabels = Buffer.from(',le="');

interface SampleStart {
  /** Up to the value: `name `. */
  readonly bare: Uint8Array;
  /** Up to the first label: `name{`. */
  readonly opened: Uint8Array;
}

function sampleStart(name: string, { quotesNames }: ExpositionFormat): SampleStart {
  const [bare, opened] =
    quotesNames && !isPlainMetricName(name)
      ? [`{"${escapeQuoted(name)}"} `, `{"${escapeQuoted(name)}",`]
      : [`${underscored(name)} `, `${underscored(name)}{`];
  return { bare: Buffer.from(bare), opened: Buffer.from(opened) };
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
