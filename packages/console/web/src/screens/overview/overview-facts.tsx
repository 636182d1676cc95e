import type { JSX } from 'preact';
import type { Overview } from '../../api/console-api.ts';
import { formatCounted, formatNumber, formatShare } from '../../format/number.ts';
import { Since } from '../../parts/since.tsx';

/** The figures that the sentence of the overview rests on. */
export function OverviewFacts({ overview }: { readonly overview: Overview }): JSX.Element {
  const { services, signals, health } = overview;
  const unwell = services.filter(({ health }) => health === 'failing' || health === 'degraded').length;
  // Both are of the last step: where nobody asked for anything, nothing failed either.
  const traffic = signals.traffic.values.at(-1) ?? 0;
  const failing = signals.errors.values.at(-1) ?? null;
  return (
    <>
      {formatCounted(services.length, 'service')}
      {unwell > 0 && `, ${unwell} unwell`} <Since health={health} signals={signals} /> ·{' '}
      {formatNumber(traffic)} requests/s
      {failing !== null && ` · ${formatShare(failing)} failing`}
    </>
  );
}
