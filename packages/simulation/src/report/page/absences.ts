import type { TraceEvent } from '../../trace/trace-event.ts';
import type { Interval } from './intervals.ts';

/** A host while it does not run. */
export interface Absence extends Interval {
  readonly lane: number;
  readonly state: 'down' | 'paused';
}

export function absencesOf(events: readonly TraceEvent[], lane: (name: string) => number): Absence[] {
  const absences: Absence[] = [];
  const since = new Map<number, { readonly start: number; readonly state: Absence['state'] }>();
  const close = (host: number, end: number) => {
    const open = since.get(host);
    since.delete(host);
    if (open !== undefined) absences.push({ ...open, end, lane: host });
  };
  events.forEach((event, index) => {
    if (event.what !== 'host') return;
    const host = lane(event.host);
    close(host, index);
    if (event.state === 'crashed') since.set(host, { start: index, state: 'down' });
    if (event.state === 'paused') since.set(host, { start: index, state: 'paused' });
  });
  for (const host of [...since.keys()]) close(host, events.length);
  return absences;
}
