import type { JSX } from 'preact';
import type { Overview } from '../../api/console-api.ts';
import { formatCounted, formatRate, formatShare } from '../../format/number.ts';
import { HealthMark, toneOf } from '../../parts/health-mark.tsx';

/** One sentence of state, and the figures that it rests on. */
export function Headline({ overview }: { readonly overview: Overview }): JSX.Element {
  const { services, signals, health } = overview;
  const unwell = services.filter(
    (service) => service.health === 'failing' || service.health === 'degraded',
  ).length;
  const last = (values: readonly (number | null)[]): number =>
    values.findLast((value) => value !== null) ?? 0;
  return (
    <header class={`headline headline-${toneOf(health) ?? 'quiet'}`}>
      <HealthMark health={health} size={18} />
      <div>
        <p class="headline-sentence" aria-live="polite">
          {overview.sentence}
        </p>
        {services.length > 0 && (
          <p class="headline-facts figure">
            {formatCounted(services.length, 'service')}
            {unwell > 0 && `, ${unwell} unwell`} · {formatRate(last(signals.traffic.values))} ·{' '}
            {formatShare(last(signals.errors.values))} failing
          </p>
        )}
      </div>
    </header>
  );
}
