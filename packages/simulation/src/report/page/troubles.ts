import type { TraceEvent } from '../../trace/trace-event.ts';
import type { Interval } from './intervals.ts';
import type { Lane } from './timeline.ts';

/** A fault while it lasts. */
export interface Trouble extends Interval {
  readonly kind: string;
  readonly subject: string;
  /** Whom it touches, and in which group of a partition they are (0 where there are none). */
  readonly lanes: ReadonlyMap<number, number>;
  /** Which of the columns of faults it is drawn in. */
  readonly column: number;
}

/** The planned faults. What chance does is a moment, and seen in what it does. */
export function troublesOf(events: readonly TraceEvent[], lanes: readonly Lane[]): Trouble[] {
  const open = new Map<number, { readonly kind: string; readonly subject: string; readonly start: number }>();
  const ended: Omit<Trouble, 'column' | 'lanes'>[] = [];
  const close = (index: number, end: number) => {
    const trouble = open.get(index);
    open.delete(index);
    if (trouble !== undefined) ended.push({ ...trouble, end });
  };
  events.forEach((event, position) => {
    if (event.what === 'fault' && event.index !== undefined) {
      close(event.index, position);
      open.set(event.index, { kind: event.kind, subject: event.subject, start: position });
    } else if (event.what === 'fault-end') close(event.index, position);
    else if (event.what === 'healed') for (const index of [...open.keys()]) close(index, position);
  });
  for (const index of [...open.keys()]) close(index, events.length);

  const busyUntil: number[] = [];
  return ended
    .sort((one, other) => one.start - other.start)
    .map((trouble) => {
      const free = busyUntil.findIndex((end) => end <= trouble.start);
      const column = free === -1 ? busyUntil.length : free;
      busyUntil[column] = trouble.end;
      return { ...trouble, lanes: lanesTouched(trouble.subject, lanes), column };
    });
}

/** A subject is a host, a link `a>b`, or the groups of a partition: `a,b|c`. */
function lanesTouched(subject: string, lanes: readonly Lane[]): Map<number, number> {
  const groups = subject.split('|').map((group) => group.split(/[>,]/));
  const touched = new Map<number, number>();
  lanes.forEach(({ name }, lane) => {
    const group = groups.findIndex((names) => names.includes(name));
    if (group !== -1) touched.set(lane, group);
  });
  return touched;
}
