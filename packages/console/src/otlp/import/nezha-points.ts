import { columnPlaces, csvFields } from './csv.ts';
import { serviceOfPod } from './nezha-spans.ts';

/** What a table of metrics says of a pod at a moment. */
export interface TablePoint {
  readonly pod: string;
  readonly service: string;
  /** Nanoseconds since the Unix epoch. */
  readonly time: bigint;
  /** By the metric's name in OpenTelemetry's words. */
  readonly values: Readonly<Record<string, number>>;
}

export interface PointTable {
  readonly points: readonly TablePoint[];
  /** Lines that are none. */
  readonly rejected: number;
}

/** The columns that tell when and of whom, and those of what is read; shares are percentages there. */
const [timeColumn, podColumn] = ['TimeStamp', 'PodName'];
const metrics: readonly (readonly [column: string, metric: string, scale: number])[] = [
  ['CpuUsageRate(%)', 'process.cpu.utilization', 0.01],
  ['MemoryUsageRate(%)', 'process.memory.utilization', 0.01],
  ['MemoryUsage(Mi)', 'process.memory.usage', 1_048_576],
];
const columns = [timeColumn, podColumn, ...metrics.map(([column]) => column)];

/** Whether a text is a table of metrics of pods, as the Nezha data set has one for each pod. */
export function isPointTable(text: string): boolean {
  const names = csvFields(text.slice(0, text.indexOf('\n')));
  return names.includes(timeColumn) && names.includes(podColumn);
}

/**
 * Reads a table of metrics of a pod in the form of the Nezha data set, a line a minute. A pod is taken for the one process in it.
 *
 * @throws HoldfastError TELEMETRY_MALFORMED when its first line does not name the columns.
 */
export function readPointTable(text: string): PointTable {
  const [header = '', ...lines] = text.split(/\r?\n/);
  const places = columnPlaces(header, columns);
  const points: TablePoint[] = [];
  let rejected = 0;
  for (const line of lines) {
    if (line === '') continue;
    const fields = csvFields(line);
    const [seconds = '', pod = '', ...values] = places.map((place) => fields[place] ?? '');
    if (/^\d{1,10}$/.test(seconds) && pod !== '') {
      const time = BigInt(seconds) * 1_000_000_000n;
      points.push({ pod, service: serviceOfPod(pod), time, values: namedValues(values) });
    } else rejected++;
  }
  return { points, rejected };
}

/** What was not measured is left out. */
function namedValues(values: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    metrics.flatMap(([, metric, scale], index) => {
      const value = values[index]!.trim() === '' ? Number.NaN : Number(values[index]);
      return Number.isFinite(value) ? [[metric, value * scale]] : [];
    }),
  );
}
