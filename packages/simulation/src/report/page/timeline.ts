import { messageKind } from '../../trace/event-text.ts';
import type { TraceDocument } from '../../trace/trace-document.ts';
import type { TraceEvent } from '../../trace/trace-event.ts';
import { type Absence, absencesOf } from './absences.ts';
import { type Interval, Intervals } from './intervals.ts';
import { type Trouble, troublesOf } from './troubles.ts';

/** A host's or a client's column. */
export interface Lane {
  readonly name: string;
  readonly isClient: boolean;
}

/** A message from its sending to one of its arrivals, to its loss, or to the end of the trace. */
export interface Arrow extends Interval {
  readonly from: number;
  readonly to: number;
  readonly kind: string;
  readonly outcome: 'delivered' | 'dropped' | 'in-flight';
  /** Why it was dropped. */
  readonly why: string;
  /** It arrived once before. */
  readonly isDuplicate: boolean;
}

/** A client's operation. */
export interface Operation extends Interval {
  readonly lane: number;
  readonly outcome: 'ok' | 'failed' | 'unknown' | 'pending';
}

/** A trace, arranged by who took part and what lasted how long. Everything refers to events by their index. */
export interface Timeline {
  readonly document: TraceDocument;
  readonly events: readonly TraceEvent[];
  readonly lanes: readonly Lane[];
  readonly messageKinds: readonly string[];
  readonly arrows: Intervals<Arrow>;
  readonly operations: Intervals<Operation>;
  readonly absences: Intervals<Absence>;
  readonly troubles: Intervals<Trouble>;
  readonly troubleColumns: number;
  /** For each lane, the indices of its notes. */
  readonly notes: readonly (readonly number[])[];
  /** For each event the lane where it happens; -1 where that is nowhere. */
  readonly laneOf: Int32Array;
  /** For each event the one that it refers to: its sending, its beginning; -1 where there is none. */
  readonly originOf: Int32Array;
}

export function createTimeline(document: TraceDocument): Timeline {
  const { events } = document;
  const lanes = lanesOf(document);
  const laneByName = new Map(lanes.map(({ name }, index) => [name, index]));
  const lane = (name: string) => laneByName.get(name) ?? -1;
  const laneOf = new Int32Array(events.length).fill(-1);
  const originOf = new Int32Array(events.length).fill(-1);
  const arrows: Arrow[] = [];
  const operations: Operation[] = [];
  const notes: number[][] = lanes.map(() => []);
  const sent = new Map<number, number>();
  const arrived = new Set<number>();
  const begun = new Map<number, number>();

  const arrow = (id: number, end: number, outcome: Arrow['outcome'], why = ''): void => {
    const start = sent.get(id);
    const origin = start === undefined ? undefined : events[start];
    if (start === undefined || origin?.what !== 'send') return;
    const ends = { from: lane(origin.from), to: lane(origin.to) };
    arrows.push({
      start,
      end,
      ...ends,
      kind: messageKind(origin.message),
      outcome,
      why,
      isDuplicate: arrived.has(id),
    });
    if (end < events.length) {
      originOf[end] = start;
      laneOf[end] = ends.to;
    }
    arrived.add(id);
  };

  events.forEach((event, index) => {
    if (event.what === 'send') {
      sent.set(event.id, index);
      laneOf[index] = lane(event.from);
    } else if (event.what === 'deliver') arrow(event.id, index, 'delivered');
    else if (event.what === 'drop') arrow(event.id, index, 'dropped', event.why);
    else if (event.what === 'invoke') {
      begun.set(event.id, index);
      laneOf[index] = lane(event.client);
    } else if (event.what === 'complete') {
      const start = begun.get(event.id);
      begun.delete(event.id);
      if (start === undefined) return;
      originOf[index] = start;
      laneOf[index] = laneOf[start]!;
      operations.push({ start, end: index, lane: laneOf[start]!, outcome: event.outcome });
    } else if (event.what === 'fault') laneOf[index] = lane(event.subject.split('>')[0]!);
    else if ('host' in event) {
      laneOf[index] = lane(event.host);
      if (event.what === 'note') notes[laneOf[index]!]?.push(index);
    }
  });
  for (const id of sent.keys()) if (!arrived.has(id)) arrow(id, events.length, 'in-flight');
  for (const start of begun.values()) {
    operations.push({ start, end: events.length, lane: laneOf[start]!, outcome: 'pending' });
  }

  const troubles = troublesOf(events, lanes);
  return {
    document,
    events,
    lanes,
    messageKinds: [...new Set(arrows.map(({ kind }) => kind))].sort(),
    arrows: new Intervals(arrows),
    operations: new Intervals(operations),
    absences: new Intervals(absencesOf(events, lane)),
    troubles: new Intervals(troubles),
    troubleColumns: troubles.reduce((most, { column }) => Math.max(most, column + 1), 0),
    notes,
    laneOf,
    originOf,
  };
}

/** The hosts in the scenario's order, then whoever else is named, then the clients. */
function lanesOf({ hosts, events }: TraceDocument): Lane[] {
  const others = new Set<string>();
  const clients = new Set<string>();
  for (const event of events) {
    if (event.what === 'send') others.add(event.from).add(event.to);
    else if (event.what === 'invoke') clients.add(event.client);
    else if ('host' in event) others.add(event.host);
  }
  for (const host of hosts) others.delete(host);
  return [
    ...[...hosts, ...others].map((name) => ({ name, isClient: false })),
    ...[...clients]
      .filter((name) => !others.has(name) && !hosts.includes(name))
      .sort()
      .map((name) => ({ name, isClient: true })),
  ];
}
