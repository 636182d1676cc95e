import type { Finding, Window } from '../api/console-api.ts';
import type { Resource } from '../store/shape-book.ts';
import { linkTo } from './findings.ts';

/** From which share of the time on it is told. */
const toldFrom = 0.1;

/**
 * Services that the CPU limits of their containers hold back, the worst first.
 *
 * @param throttled - for which share of the last minute each process was held back.
 */
export function throttleFindings(throttled: ReadonlyMap<Resource, number>, asked: Window): Finding[] {
  const byService = new Map<string, [Resource, number][]>();
  for (const [resource, share] of throttled) {
    if (share < toldFrom) continue;
    byService.set(resource.service, [...(byService.get(resource.service) ?? []), [resource, share]]);
  }
  return [...byService]
    .map(([service, processes]) => {
      processes.sort(([, one], [, other]) => other - one);
      return { service, processes, worst: processes[0]![1] };
    })
    .sort((one, other) => other.worst - one.worst)
    .map(({ service, processes, worst }) => ({
      severity: 'warning' as const,
      text: `${service} is held back by its CPU limit: throttled for ${percentOf(worst)} of the last minute.`,
      service,
      operation: undefined,
      evidence: processes.map(
        ([{ instance }, share]) =>
          `${instance || service} was throttled for ${percentOf(share)} of the time.`,
      ),
      link: linkTo(service, asked),
    }));
}

/**
 * What is wrong, with what throttling there is. Who is blamed and is throttled is slow for that: it is told first, and is as grave.
 * What explains nothing comes after the rest.
 */
export function withThrottling(others: readonly Finding[], throttled: readonly Finding[]): Finding[] {
  const [worst] = others;
  const cause = worst === undefined ? undefined : throttled.find(({ service }) => service === worst.service);
  if (worst === undefined || cause === undefined) return [...others, ...throttled];
  const explaining = { ...cause, severity: worst.severity === 'alarm' ? worst.severity : cause.severity };
  return [explaining, ...others, ...throttled.filter((each) => each !== cause)];
}

function percentOf(share: number): string {
  return `${Math.round(share * 100)}%`;
}
