import { type Severity, severities } from './classification.ts';
import { invalidArgument } from './core-errors.ts';
import { SlidingCount } from './sliding-count.ts';

/** How many errors are too many. */
export interface ErrorThreshold {
  /** Its name in events. Unique in one monitor. */
  readonly name: string;
  /** Crossed when this many errors happened within the window. At least 1. */
  readonly count: number;
  /** Cleared when no more than these are left in the window. Below `count`. Default: half of `count`. */
  readonly clearAt?: number;
  /** Whether each group is counted by itself or all errors together. Default `'all'`. */
  readonly scope?: 'all' | 'group';
  /** Counts only errors (or groups) that are at least so severe. Default `'low'`. */
  readonly severity?: Severity;
}

/** An {@link ErrorThreshold} with its defaults, at work. */
export interface Threshold {
  readonly name: string;
  readonly count: number;
  readonly clearAt: number;
  readonly scope: 'all' | 'group';
  readonly severity: Severity;
  /** The errors it counts, for scope `'all'`. */
  readonly recent: SlidingCount;
}

/** @throws HoldfastError INVALID_ARGUMENT */
export function parseThresholds(thresholds: readonly ErrorThreshold[]): readonly Threshold[] {
  const names = new Set<string>();
  return thresholds.map((threshold, index) => {
    const field = `thresholds[${index}]`;
    const { name, scope = 'all', severity = 'low' } = threshold;
    if (names.has(name)) throw invalidArgument(`${field}.name`, name, 'unique');
    names.add(name);
    const count = toCount(threshold.count, `${field}.count`);
    const clearAt = threshold.clearAt ?? Math.floor(count / 2);
    if (!Number.isInteger(clearAt) || clearAt < 0 || clearAt >= count) {
      throw invalidArgument(`${field}.clearAt`, clearAt, `a whole number from 0 and below count, ${count}`);
    }
    if (scope !== 'all' && scope !== 'group')
      throw invalidArgument(`${field}.scope`, scope, "'all' or 'group'");
    if (!severities.includes(severity)) {
      throw invalidArgument(`${field}.severity`, severity, `one of ${severities.join(', ')}`);
    }
    return { name, count, clearAt, scope, severity, recent: new SlidingCount() };
  });
}

/** @throws HoldfastError INVALID_ARGUMENT unless `value` is a whole number from 1. */
export function toCount(value: number, field: string): number {
  if (!Number.isSafeInteger(value) || value < 1) throw invalidArgument(field, value, 'a whole number from 1');
  return value;
}
