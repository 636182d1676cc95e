import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ResourceMeasure, ResourceReadings } from '../../src/model/resource-source.ts';
import { serviceOf } from './nezha-spans.ts';

const measures: readonly (readonly [column: string, measure: ResourceMeasure])[] = [
  ['CpuUsageRate(%)', 'cpu'],
  ['MemoryUsageRate(%)', 'memory'],
];

/** Metrics of pods in the Nezha data set: a table for each pod, a line a minute. */
export class NezhaMetrics {
  readonly #pods: { readonly pod: string; readonly levels: Map<string, readonly number[]> }[];

  constructor(folder: string) {
    this.#pods = readdirSync(folder)
      .filter((name) => name.endsWith('_metric.csv'))
      .map((name) => ({ pod: name.replace('_metric.csv', ''), levels: readLevels(join(folder, name)) }));
  }

  /** Of minutes, `08_43`, from `from` on and before `to`. */
  readings(from: string, to: string): ResourceReadings[] {
    return this.#pods.flatMap(({ pod, levels }) => {
      const within = [...levels].filter(([minute]) => minute >= from && minute < to);
      return measures.map(([, measure], index) => ({
        service: serviceOf(pod),
        instance: pod,
        measure,
        levels: within.map(([, each]) => each[index]!),
      }));
    });
  }
}

/** By minute, in the order of {@link measures}. */
function readLevels(path: string): Map<string, readonly number[]> {
  const [header, ...lines] = readFileSync(path, 'utf8').trimEnd().split('\n');
  const places = measures.map(([column]) => header!.split(',').indexOf(column));
  return new Map(
    lines.map((line) => {
      const fields = line.split(',');
      const minute = fields[0]!.slice(11, 16).replace(':', '_');
      return [minute, places.map((place) => Number(fields[place]) / 100)] as const;
    }),
  );
}
