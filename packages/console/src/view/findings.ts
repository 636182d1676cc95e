import type { Finding, Window } from '../api/console-api.ts';
import type { ServiceWindow } from './service-summaries.ts';

/**
 * What is wrong with services, one by one, where nobody knows better: first those that call nobody who is as unwell, and among
 * them the failing.
 */
export function findingsOf({ flow, summaries }: ServiceWindow, asked: Window): Finding[] {
  const unwell = (name: string): number => {
    const health = summaries.get(name)?.health;
    return health === 'failing' ? 2 : health === 'degraded' ? 1 : 0;
  };
  // Who fails does not fail for a callee that is a little worse than usual.
  const excused = new Set(
    flow.edges.filter(({ from, to }) => unwell(to) > 0 && unwell(to) >= unwell(from)).map(({ from }) => from),
  );
  const rank = ({ severity, service = '' }: Finding): number =>
    (severity === 'alarm' ? 0 : 2) + (excused.has(service) ? 1 : 0);
  return unwellOf(summaries, asked).sort((one, other) => rank(one) - rank(other));
}

function unwellOf(summaries: ServiceWindow['summaries'], asked: Window): Finding[] {
  const findings: Finding[] = [];
  for (const { name, health, reason, red } of summaries.values()) {
    if (reason === undefined || health === 'healthy' || health === 'idle') continue;
    findings.push({
      severity: health === 'failing' ? 'alarm' : 'warning',
      text: `${name} is ${health}: ${reason}.`,
      service: name,
      operation: undefined,
      evidence: [
        `${red.count} requests in the window, ${red.errors} of them failed, p95 ${millisOf(red.p95)}.`,
      ],
      link: linkTo(name, asked),
    });
  }
  return findings;
}

export function linkTo(service: string, { from, to }: Window): string {
  return `/services/${encodeURIComponent(service)}?from=${Math.round(from)}&to=${Math.round(to)}`;
}

function millisOf(millis: number): string {
  return millis >= 1_000 ? `${(millis / 1e3).toFixed(1)} s` : `${millis.toFixed(millis < 10 ? 1 : 0)} ms`;
}
