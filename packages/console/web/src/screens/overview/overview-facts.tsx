import type { JSX } from 'preact';
import type { Overview } from '../../api/console-api.ts';
import { formatCounted, formatRate, formatShare } from '../../format/number.ts';

/** The figures that the sentence of the overview rests on. */
export function OverviewFacts({ overview }: { readonly overview: Overview }): JSX.Element {
  const { services, signals } = overview;
  const unwell = services.filter(({ health }) => health === 'failing' || health === 'degraded').length;
  const last = (values: readonly (number | null)[]): number =>
    values.findLast((value) => value !== null) ?? 0;
  return (
    <>
      {formatCounted(services.length, 'service')}
      {unwell > 0 && `, ${unwell} unwell`} · {formatRate(last(signals.traffic.values))} ·{' '}
      {formatShare(last(signals.errors.values))} failing
    </>
  );
}
