import type { HistogramReading, MetricFamily } from '../metrics/metric-family.ts';
import { isPlainLabelName, isPlainMetricName, underscored } from '../metrics/metric-names.ts';
import type { ExpositionFormat } from './exposition-format.ts';

/** What a family's samples have in common: how their names and labels are written in one format. */
class SampleWriter {
  readonly #format: ExpositionFormat;
  readonly #labelNames: readonly string[];

  constructor(format: ExpositionFormat, labelNames: readonly string[]) {
    this.#format = format;
    this.#labelNames = labelNames.map((name) => labelName(name, format));
  }

  /** One line. `bound` is the label `le` of a bucket. */
  line(name: string, labelValues: readonly string[], value: number, bound?: number): string {
    let labels = '';
    for (let index = 0; index < labelValues.length; index += 1) {
      if (index > 0) labels += ',';
      labels += `${this.#labelNames[index]}="${escapeQuoted(labelValues[index]!)}"`;
    }
    if (bound !== undefined) labels += `${labels === '' ? '' : ','}le="${this.#bound(bound)}"`;
    const number = formatNumber(value);
    if (this.#format.quotesNames && !isPlainMetricName(name)) {
      return `{"${escapeQuoted(name)}"${labels === '' ? '' : ','}${labels}} ${number}\n`;
    }
    const plain = isPlainMetricName(name) ? name : underscored(name);
    return labels === '' ? `${plain} ${number}\n` : `${plain}{${labels}} ${number}\n`;
  }

  /** OpenMetrics wants a bound to look like a real number, so that all writers write the same one the same way. */
  #bound(bound: number): string {
    const text = formatNumber(bound);
    return this.#format.syntax === 'openmetrics' && /^-?\d+$/.test(text) ? `${text}.0` : text;
  }
}

/** The lines of a family in pieces, each a few lines long, in their order. Nothing where it has no series. */
export function* familyLines(family: MetricFamily, format: ExpositionFormat): Generator<string> {
  const series = family.series();
  if (series.length === 0) return;
  yield header(family, format);
  const writer = new SampleWriter(format, family.labelNames);
  if (family.kind === 'histogram') {
    for (const { labelValues, reading } of family.series()) {
      yield histogramLines(writer, family.name, labelValues, reading);
    }
    return;
  }
  const name = family.kind === 'counter' ? `${family.name}_total` : family.name;
  for (const { labelValues, reading } of series) {
    yield writer.line(name, labelValues, (reading as { readonly value: number }).value);
  }
}

function histogramLines(
  writer: SampleWriter,
  name: string,
  labelValues: readonly string[],
  { bounds, counts, sum }: HistogramReading,
): string {
  const bucket = `${name}_bucket`;
  let lines = '';
  let count = 0;
  for (let index = 0; index < counts.length; index += 1) {
    count += counts[index]!;
    lines += writer.line(bucket, labelValues, count, bounds[index] ?? Number.POSITIVE_INFINITY);
  }
  return (
    lines + writer.line(`${name}_sum`, labelValues, sum) + writer.line(`${name}_count`, labelValues, count)
  );
}

function header({ help, kind, name, unit }: MetricFamily, format: ExpositionFormat): string {
  const openMetrics = format.syntax === 'openmetrics';
  // The older format knows a counter by the name of its samples.
  const shown = headerName(!openMetrics && kind === 'counter' ? `${name}_total` : name, format);
  const type = kind === 'unknown' && !openMetrics ? 'untyped' : kind;
  const helpText = openMetrics ? escapeQuoted(help) : help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  return (
    `# HELP ${shown} ${helpText}\n# TYPE ${shown} ${type}\n` +
    (openMetrics && unit !== undefined ? `# UNIT ${shown} ${unit}\n` : '')
  );
}

function headerName(name: string, { quotesNames }: ExpositionFormat): string {
  if (isPlainMetricName(name)) return name;
  return quotesNames ? `"${escapeQuoted(name)}"` : underscored(name);
}

function labelName(name: string, { quotesNames }: ExpositionFormat): string {
  if (isPlainLabelName(name)) return name;
  return quotesNames ? `"${escapeQuoted(name)}"` : underscored(name).replaceAll(':', '_');
}

const special = /[\\"\n]/;

function escapeQuoted(text: string): string {
  if (!special.test(text)) return text;
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function formatNumber(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  return String(value);
}
