import type { Health, Red } from '../api/console-api.ts';
import { formatDuration } from '../format/duration.ts';
import { formatRate, formatShare } from '../format/number.ts';
import { tonesOf } from '../parts/health-mark.tsx';

/** What each cell of a matrix shows first. */
export type Figure = 'p50' | 'p95' | 'p99' | 'rate' | 'errors';

export const figures: readonly { readonly value: Figure; readonly text: string }[] = [
  { value: 'p50', text: 'p50' },
  { value: 'p95', text: 'p95' },
  { value: 'p99', text: 'p99' },
  { value: 'rate', text: 'Rate' },
  { value: 'errors', text: 'Errors' },
];

/** A figure by its name in the URL; p95 where it has none. */
export function figureNamed(name: string | undefined): Figure {
  return figures.find(({ value }) => value === name)?.value ?? 'p95';
}

export function figureOf(red: Red, figure: Figure): number {
  return figure === 'errors' ? red.errorShare : red[figure];
}

/** Calls that nobody answered have no duration. */
export function textOf(red: Red, figure: Figure): string {
  if (figure === 'rate') return formatRate(red.rate);
  if (figure === 'errors') return formatShare(red.errorShare);
  return red.max === 0 ? '–' : formatDuration(red[figure]);
}

/** The same without a space, to so many digits. */
export function shortTextOf(red: Red, figure: Figure, digits: number): string {
  const key = figure === 'errors' ? 'errorShare' : figure;
  return textOf({ ...red, [key]: Number(red[key].toPrecision(digits)) }, figure).replace(' ', '');
}

/** Whether it is this figure by which one sees that something is unwell. */
export function tells(figure: Figure, health: Health, red: Red): boolean {
  const tones = tonesOf(health, red);
  if (figure === 'rate') return false;
  return (figure === 'errors' ? tones.errors : tones.durations) !== undefined;
}

/** All of them in one line. */
export function spokenFigures(red: Red): string {
  const durations = (['p50', 'p95', 'p99'] as const).map((each) => `${each} ${textOf(red, each)}`);
  return [formatRate(red.rate), ...durations, `${formatShare(red.errorShare)} failing`].join(', ');
}
