import { type Duration, invalidArgument, toPositiveMicros } from '@holdfast/core';

/**
 * When the error budget burns too fast: faster than would use up a share of it within a long window, and still so within a short
 * one, so that it ends soon after the trouble does. After chapter 5 of Google's Site Reliability Workbook.
 */
export interface BurnAlertOptions {
  /** What it is worth: by default `page` and `ticket`. */
  readonly severity: string;
  /** At most the objective's period. */
  readonly long: Duration;
  /** Usually a twelfth of the long one. */
  readonly short: Duration;
  /** Share of the period's budget, above 0 and up to 1, that burns within the long window at the rate that counts. */
  readonly budget: number;
}

/** Over 30 days, these are rates of 14.4, 6 and 1. */
export const burnAlerts: readonly BurnAlertOptions[] = [
  { severity: 'page', long: '1h', short: '5m', budget: 0.02 },
  { severity: 'page', long: '6h', short: '30m', budget: 0.05 },
  { severity: 'ticket', long: '3d', short: '6h', budget: 0.1 },
];

export interface BurnAlert {
  readonly severity: string;
  /** Microseconds. */
  readonly long: number;
  /** Microseconds. */
  readonly short: number;
  /** How many times faster than allowed the budget burns, at least. */
  readonly rate: number;
}

/** @param period - microseconds. @throws HoldfastError INVALID_ARGUMENT naming the field. */
export function readBurnAlert(options: BurnAlertOptions, period: number, field: string): BurnAlert {
  if (typeof options.severity !== 'string') {
    throw invalidArgument(`${field}.severity`, options.severity, 'a text');
  }
  const long = toPositiveMicros(options.long, `${field}.long`);
  const short = toPositiveMicros(options.short, `${field}.short`);
  if (short > long) throw invalidArgument(`${field}.short`, options.short, 'at most the long window');
  if (long > period) throw invalidArgument(`${field}.long`, options.long, 'at most the period');
  if (!(options.budget > 0 && options.budget <= 1)) {
    throw invalidArgument(`${field}.budget`, options.budget, 'a share above 0, and up to 1');
  }
  return { severity: options.severity, long, short, rate: (options.budget * period) / long };
}
