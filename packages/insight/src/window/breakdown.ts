import type { WindowProfile } from './window-profile.ts';

/** A part of the time that requests of a service take. */
export interface BreakdownRow {
  /** Undefined for its own time. */
  readonly callee: string | undefined;
  /** Mean milliseconds a request on its critical path. */
  readonly mean: number;
  /** Of the time of all its requests. */
  readonly share: number;
}

/** Where the requests of `service` spend their time: in itself, and waiting for each callee. The largest part first. */
export function breakdown(profile: WindowProfile, service: string): readonly BreakdownRow[] {
  const requests = profile.services.get(service)?.requests.durations.count ?? 0;
  const spent = [...(profile.spent.get(service) ?? [])];
  const total = spent.reduce((sum, [, time]) => sum + time, 0);
  if (requests === 0 || total === 0) return [];
  return spent
    .sort(([, one], [, other]) => other - one)
    .map(([name, time]) => ({
      callee: name === '' ? undefined : name,
      mean: time / requests / 1_000,
      share: time / total,
    }));
}
