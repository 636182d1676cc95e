import type { Finding, Window } from '../api/console-api.ts';
import type { ServiceWindow } from './service-summaries.ts';

/**
 * What is wrong with services, one by one, where nobody knows better: first the failing, and among them those that call nobody
 * who is unwell, too; last those that have recovered. Who fails does not fail for a callee that is a little worse than usual.
 */
export function findingsOf({ flow, summaries }: ServiceWindow, asked: Window): Finding[] {
  const isUnwell = (name: string): boolean => {
    const { health, recovered } = summaries.get(name) ?? {};
    return (health === 'failing' || health === 'degraded') && recovered !== true;
  };
  const callsUnwell = new Set(flow.edges.filter(({ to }) => isUnwell(to)).map(({ from }) => from));
  const rank = ({ severity, service = '' }: Finding): number =>
    2 * severities.indexOf(severity) + (callsUnwell.has(service) ? 1 : 0);
  return unwellOf(summaries, asked).sort((one, other) => rank(one) - rank(other));
}

const severities: readonly Finding['severity'][] = ['alarm', 'warning', 'note'];

function unwellOf(summaries: ServiceWindow['summaries'], asked: Window): Finding[] {
  const findings: Finding[] = [];
  for (const { name, health, reason, recovered, red } of summaries.values()) {
    if (reason === undefined || health === 'healthy' || health === 'idle') continue;
    findings.push({
      severity: recovered ? 'note' : health === 'failing' ? 'alarm' : 'warning',
      text: recovered ? `${name} has recovered: ${reason}.` : `${name} is ${health}: ${reason}.`,
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
