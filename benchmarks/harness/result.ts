import { cpus, type } from 'node:os';
import { betterOf, type Case, type Goal, unitOf } from './area.ts';
import type { Measurement } from './interleave.ts';

/** `results/<area>.json`; the same for every area. */
export interface Result {
  /** Cores, processor and system, in general words. */
  readonly machine: string;
  readonly node: string;
  /** When the last of its cases was measured. */
  readonly date: string;
  /** Of every peer in this area. */
  readonly versions: Readonly<Record<string, string>>;
  readonly cases: readonly CaseResult[];
}

/** Of each peer, how Holdfast stood to it in rounds that were measured one after the other. */
type Pairs = Readonly<Record<string, { readonly median: number; readonly worst: number }>>;

export interface CaseResult {
  readonly case: string;
  /** When it was measured; missing in results of before, which were measured in one go. */
  readonly date?: string;
  readonly unit: string;
  readonly better: 'lower' | 'higher';
  /** Null where there is no bare thing to compare with. */
  readonly floor: number | null;
  readonly holdfast: number | null;
  readonly peers: Readonly<Record<string, number>>;
  /** How many times better Holdfast is than that peer, or under `floor` than the floor. */
  readonly ratio: Readonly<Record<string, number>>;
  /** Of each library, where it is not 0: see {@link Measurement.spread}. */
  readonly spread?: Readonly<Record<string, number>>;
  /** Of a load: the median and the worst of the ratios of rounds that were measured one after the other. */
  readonly pairs?: Pairs;
  /** What it cost, and the like, for each library. */
  readonly beside?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** What Holdfast is to reach, and whether it did; where it is to beat peers, and there was none, it did not. */
  readonly goal?: Goal & { readonly met: boolean };
  /** The same of figures beside. */
  readonly besideGoals?: Readonly<Record<string, { readonly atMost: number; readonly met: boolean }>>;
}

export function describeMachine(): string {
  const cores = cpus();
  return `${cores.length} shared cores, ${cores[0]?.model ?? 'unknown processor'}, ${type()} ${process.arch}`;
}

export function caseResult(measured: Case, measurements: readonly Measurement[], date: string): CaseResult {
  const values = new Map(measurements.map(({ library, value }) => [library.name, round(value)]));
  const floor = values.get('floor') ?? null;
  const holdfast = values.get('holdfast') ?? null;
  const direction = betterOf(measured);
  const ratio: Record<string, number> = {};
  for (const [rival, value] of values) {
    if (rival === 'holdfast' || holdfast === null) continue;
    ratio[rival] = round(direction === 'lower' ? value / holdfast : holdfast / value);
  }
  values.delete('floor');
  values.delete('holdfast');
  const pairs = measured.method === 'load' ? pairsOf(direction, measurements) : undefined;
  const { goal, besideAtMost } = measured;
  return {
    case: measured.name,
    date,
    unit: unitOf(measured),
    better: direction,
    floor,
    holdfast,
    peers: Object.fromEntries(values),
    ratio,
    spread: Object.fromEntries(
      measurements
        .filter(({ spread }) => spread !== 0)
        .map(({ library, spread }) => [library.name, round(spread)]),
    ),
    ...(pairs !== undefined && { pairs }),
    ...(measurements.some(({ beside }) => Object.keys(beside).length > 0) && {
      beside: Object.fromEntries(
        measurements.map(({ library, beside }) => [
          library.name,
          Object.fromEntries(Object.entries(beside).map(([name, value]) => [name, round(value)])),
        ]),
      ),
    }),
    ...(goal !== undefined && { goal: { ...goal, met: meets(goal, holdfast, pairs ?? {}) } }),
    ...(besideAtMost !== undefined && { besideGoals: besideGoals(besideAtMost, measurements) }),
  };
}

/** `earlier`, with the cases of `later` in their places; as `names` orders them. Undefined where they cannot be compared. */
export function joined(earlier: Result, later: Result, names: readonly string[]): Result | undefined {
  const comparable =
    earlier.machine === later.machine &&
    earlier.node === later.node &&
    JSON.stringify(earlier.versions) === JSON.stringify(later.versions);
  if (!comparable) return undefined;
  const find = (name: string, { cases }: Result) => cases.find((each) => each.case === name);
  const cases = names.flatMap((name) => find(name, later) ?? find(name, earlier) ?? []);
  return { ...later, cases };
}

function besideGoals(
  besideAtMost: NonNullable<Case['besideAtMost']>,
  measurements: readonly Measurement[],
): NonNullable<CaseResult['besideGoals']> {
  const beside = measurements.find(({ library }) => library.name === 'holdfast')?.beside ?? {};
  return Object.fromEntries(
    Object.entries(besideAtMost).map(([name, atMost]) => {
      return [name, { atMost, met: (beside[name] ?? Number.POSITIVE_INFINITY) <= atMost }];
    }),
  );
}

function meets(goal: Goal, holdfast: number | null, pairs: Pairs): boolean {
  if ('atMost' in goal) return holdfast !== null && holdfast <= goal.atMost;
  if (goal.atLeast !== undefined && !(holdfast !== null && holdfast >= goal.atLeast)) return false;
  if (!('times' in goal)) return true;
  const medians = Object.entries(pairs).flatMap(([name, { median }]) => (name === 'floor' ? [] : [median]));
  return medians.length > 0 && Math.min(...medians) >= goal.times;
}

function pairsOf(direction: 'lower' | 'higher', measurements: readonly Measurement[]): Pairs {
  const ours = measurements.find(({ library }) => library.name === 'holdfast');
  const pairs: Record<string, Pairs[string]> = {};
  for (const { library, rounds } of measurements) {
    if (library.name === 'holdfast' || ours === undefined) continue;
    const ratios = rounds
      .map((theirs, index) => {
        const own = ours.rounds[index]!;
        return direction === 'lower' ? theirs / own : own / theirs;
      })
      .sort((one, other) => one - other);
    pairs[library.name] = { median: round(ratios[ratios.length >> 1]!), worst: round(ratios[0]!) };
  }
  return pairs;
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
