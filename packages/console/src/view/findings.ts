import type { Finding, Health, Window } from '../api/console-api.ts';
import type { ServiceWindow } from './service-summaries.ts';

/** What is wrong with services, one by one, where nobody knows better; not who is unwell with somebody that it calls. */
export function findingsOf({ flow, summaries, healthOf }: ServiceWindow, asked: Window): Finding[] {
  const isUnwell = (name: string): boolean => unwell.has(summaries.get(name)?.health ?? 'idle');
  const all = [...summaries.values()].filter(({ name }) => isUnwell(name));
  const suffering = new Set(
    flow.edges
      .filter((edge) => edge.from !== edge.to && isUnwell(edge.to) && unwell.has(healthOf(edge)))
      .map(({ from }) => from),
  );
  const first = all.filter(({ name }) => !suffering.has(name));
  return (first.length > 0 ? first : all)
    .map(
      ({ name, health, reason, red }): Finding => ({
        severity: health === 'failing' ? 'alarm' : 'warning',
        text: `${name} is ${health}: ${reason}.`,
        service: name,
        operation: undefined,
        evidence: [
          `${red.count} requests in the window, ${red.errors} of them failed, p95 ${millisOf(red.p95)}.`,
        ],
        link: linkTo(name, asked),
      }),
    )
    .sort((one, other) => rank(one) - rank(other));
}

const unwell: ReadonlySet<Health> = new Set(['failing', 'degraded']);

function rank({ severity }: Finding): number {
  return severity === 'alarm' ? 0 : 1;
}

export function linkTo(service: string, { from, to }: Window): string {
  return `/services/${encodeURIComponent(service)}?from=${Math.round(from)}&to=${Math.round(to)}`;
}

function millisOf(millis: number): string {
  return millis >= 1_000 ? `${(millis / 1e3).toFixed(1)} s` : `${millis.toFixed(millis < 10 ? 1 : 0)} ms`;
}
