import { cpus, type } from 'node:os';
import { better, type Case, unitOf } from './area.ts';
import type { Measurement } from './interleave.ts';

/** `results/<area>.json`; the same for every area. */
export interface Result {
  /** Cores, processor and system, in general words. */
  readonly machine: string;
  readonly node: string;
  readonly date: string;
  /** Of every peer in this area. */
  readonly versions: Readonly<Record<string, string>>;
  readonly cases: readonly CaseResult[];
}

export interface CaseResult {
  readonly case: string;
  readonly unit: string;
  readonly better: 'lower' | 'higher';
  /** Null where there is no bare thing to compare with. */
  readonly floor: number | null;
  readonly holdfast: number | null;
  readonly peers: Readonly<Record<string, number>>;
  /** How many times better Holdfast is than that peer, or under `floor` than the floor. */
  readonly ratio: Readonly<Record<string, number>>;
}

export function describeMachine(): string {
  const cores = cpus();
  return `${cores.length} shared cores, ${cores[0]?.model ?? 'unknown processor'}, ${type()} ${process.arch}`;
}

export function caseResult(measured: Case, measurements: readonly Measurement[]): CaseResult {
  const values = new Map(measurements.map(({ library, value }) => [library.name, round(value)]));
  const floor = values.get('floor') ?? null;
  const holdfast = values.get('holdfast') ?? null;
  const direction = better(measured.method);
  const ratio: Record<string, number> = {};
  for (const [rival, value] of values) {
    if (rival === 'holdfast' || holdfast === null) continue;
    ratio[rival] = round(direction === 'lower' ? value / holdfast : holdfast / value);
  }
  values.delete('floor');
  values.delete('holdfast');
  return {
    case: measured.name,
    unit: unitOf(measured),
    better: direction,
    floor,
    holdfast,
    peers: Object.fromEntries(values),
    ratio,
  };
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
