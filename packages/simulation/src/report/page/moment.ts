import type { Absence } from './absences.ts';
import { lastAtMost } from './intervals.ts';
import type { Arrow, Operation, Timeline } from './timeline.ts';
import type { Trouble } from './troubles.ts';

/** How everything stands right after one event. */
export interface Moment {
  readonly hosts: readonly HostMoment[];
  readonly inFlight: readonly Arrow[];
  readonly troubles: readonly Trouble[];
  readonly pending: readonly Operation[];
}

export interface HostMoment {
  readonly lane: number;
  readonly state: 'up' | Absence['state'];
  /** The event of its last note; -1 when it has said nothing. */
  readonly lastNote: number;
}

export function momentAt(timeline: Timeline, index: number): Moment {
  const absent = new Map(timeline.absences.underWay(index).map(({ lane, state }) => [lane, state]));
  const hosts: HostMoment[] = [];
  timeline.lanes.forEach(({ isClient }, lane) => {
    if (isClient) return;
    const notes = timeline.notes[lane]!;
    hosts.push({
      lane,
      state: absent.get(lane) ?? 'up',
      lastNote: notes[lastAtMost(notes, index)] ?? -1,
    });
  });
  return {
    hosts,
    inFlight: timeline.arrows.underWay(index),
    troubles: timeline.troubles.underWay(index),
    pending: timeline.operations.underWay(index),
  };
}
