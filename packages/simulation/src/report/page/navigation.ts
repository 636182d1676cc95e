import type { TraceEvent } from '../../trace/trace-event.ts';

/** What one can jump to. */
export const landmarks = ['fault', 'note', 'operation', 'failure'] as const;
export type Landmark = (typeof landmarks)[number];

export function isLandmark(event: TraceEvent, landmark: Landmark): boolean {
  switch (landmark) {
    case 'fault':
      return (
        event.what === 'fault' ||
        event.what === 'fault-end' ||
        event.what === 'healed' ||
        (event.what === 'host' && event.state !== 'started') ||
        (event.what === 'disk' && event.outcome !== 'ok')
      );
    case 'note':
      return event.what === 'note';
    case 'operation':
      return event.what === 'invoke' || event.what === 'complete';
    case 'failure':
      return event.what === 'failure';
  }
}

/** The nearest index from `index` in direction `step` for which `accept` says yes; undefined when there is none. */
export function nearest(
  count: number,
  index: number,
  step: 1 | -1,
  accept: (index: number) => boolean,
): number | undefined {
  for (let next = index + step; next >= 0 && next < count; next += step) if (accept(next)) return next;
  return undefined;
}
