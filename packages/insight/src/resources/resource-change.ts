import type { ResourceMeasure, ResourceReadings } from '../model/resource-source.ts';
import { medianOf, quantileOf } from '../statistics/quantile.ts';

/** How a resource of a process is used now, and how it was. */
export interface ResourceChange {
  readonly service: string;
  readonly instance: string | undefined;
  readonly measure: ResourceMeasure;
  /** Levels: a median, and the mean of what came after. */
  readonly before: number;
  readonly now: number;
  /** Whether it is so much more that its usual ups and downs do not explain it. */
  readonly isUnusual: boolean;
}

/** So few levels tell nothing of ups and downs. */
const levelsMin = 5;
/** A level this many times its usual spread above the usual is unusual. */
const spreadsMin = 3;
/** What is steadier than this counts as if it were not: as a share, and in seconds. */
const [shareSpreadMin, secondsSpreadMin] = [0.05, 0.01];

/** What became of a resource; undefined where too little was measured. */
export function resourceChange(
  before: ResourceReadings | undefined,
  now: ResourceReadings,
): ResourceChange | undefined {
  if (before === undefined || before.levels.length < levelsMin || now.levels.length === 0) return undefined;
  const { service, instance, measure } = now;
  const usual = medianOf(before.levels);
  const level = now.levels.reduce((sum, each) => sum + each, 0) / now.levels.length;
  const isUnusual = level - usual > spreadsMin * spreadOf(before.levels, usual, measure);
  return { service, instance, measure, before: usual, now: level, isUnusual };
}

/** Half of all levels lie within it, scaled to a standard deviation; or nine of ten below it, where these go up at times. */
function spreadOf(levels: readonly number[], median: number, measure: ResourceMeasure): number {
  const deviation = 1.4826 * medianOf(levels.map((level) => Math.abs(level - median)));
  const least = measure === 'event-loop-delay' ? secondsSpreadMin : shareSpreadMin;
  return Math.max(deviation, quantileOf(levels, 0.9) - median, least);
}
