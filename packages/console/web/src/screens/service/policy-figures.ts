import type { PolicyRow } from '../../api/console-api.ts';
import { formatDuration } from '../../format/duration.ts';
import { formatNumber } from '../../format/number.ts';

/** A figure of a policy, as all its instances together have it. */
export interface PolicyFigure {
  /** In words: `in use`. */
  readonly name: string;
  readonly value: string;
  /** What the value is measured by, where there is such a thing. */
  readonly limit: string | undefined;
  /** The value as a share of its limit. */
  readonly share: number | undefined;
  /** Nearly used up. */
  readonly tight: boolean;
  /** Whether the value is that of each instance; otherwise it is their sum. */
  readonly each: boolean;
}

type Use = 'fills' | 'empties' | 'counts';

/** What a figure is measured by, and whether it is tight when it is high, when it is low, or never. */
const measures: Readonly<Record<string, readonly [limit: string, use: Use]>> = {
  inUse: ['maxConcurrent', 'fills'],
  inFlight: ['limit', 'fills'],
  queued: ['maxQueue', 'fills'],
  available: ['limit', 'empties'],
  failures: ['calls', 'counts'],
  slowCalls: ['calls', 'counts'],
  accepts: ['requests', 'counts'],
  level: ['priorities', 'counts'],
  keys: ['maxKeys', 'counts'],
  entries: ['maxEntries', 'counts'],
};

const milliseconds: ReadonlySet<string> = new Set(['retryAfter', 'period', 'delay']);

/** The figures of one policy in words, from the rows that its instances give. */
export function policyFigures(instances: readonly PolicyRow[]): readonly PolicyFigure[] {
  const kind = instances[0]?.kind;
  const names = [...new Set(instances.flatMap(({ figures }) => Object.keys(figures)))];
  const valuesOf = (name: string): number[] => instances.flatMap(({ figures }) => figures[name] ?? []);
  const sumOf = (name: string): number => valuesOf(name).reduce((sum, value) => sum + value, 0);
  const limitOf = (name: string): string | undefined => {
    const limit = measures[name]?.[0];
    return limit !== undefined && names.includes(limit) ? limit : undefined;
  };
  const isTime = (name: string): boolean =>
    milliseconds.has(name) || (kind === 'timeout' && (name === 'limit' || name === 'max'));
  const limits = new Set(names.flatMap((name) => limitOf(name) ?? []));

  return names
    .filter((name) => !limits.has(name))
    .map((name): PolicyFigure => {
      const limitName = limitOf(name);
      const values = valuesOf(name);
      if (limitName === undefined) {
        const alike = values.every((value) => value === values[0]);
        // Times and settings are not added up; what is counted is.
        const setting = isTime(name) || name.startsWith('max');
        const value = setting ? Math.max(...values) : sumOf(name);
        return {
          name: wordsOf(name),
          value: isTime(name) ? formatDuration(value) : formatNumber(value),
          limit: undefined,
          share: undefined,
          tight: false,
          each: setting && alike && instances.length > 1,
        };
      }
      const [value, limit] = [sumOf(name), sumOf(limitName)];
      const share = limit === 0 ? undefined : value / limit;
      const use = measures[name]![1];
      return {
        name: wordsOf(name),
        value: formatNumber(value),
        limit: formatNumber(limit),
        share,
        tight:
          share !== undefined && ((use === 'fills' && share >= 0.9) || (use === 'empties' && share <= 0.1)),
        each: false,
      };
    });
}

/** `inUse` as `in use`, `maxAttempts` as `max attempts`. */
function wordsOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
