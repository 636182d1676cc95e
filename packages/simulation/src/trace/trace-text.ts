import { eventText, messageKind, timeText } from './event-text.ts';
import type { TraceEvent } from './trace-event.ts';

/** What is left out first when there are too many events to read: all of it where it tells nothing, else what is old. */
const leftOutWhole: readonly Selection[] = [
  (event) => event.what === 'disk' && event.outcome === 'ok',
  (event, find) => isUpkeep(event.what === 'drop' ? event : (find(event) ?? event)),
];
const leftOutFromStart: readonly Selection[] = [
  ({ what }) => what === 'deliver',
  ({ what }) => what === 'send',
  ({ what }) => what === 'drop',
  ({ what }) => what === 'disk',
];

/**
 * What happened, a line an event, for a person: everything when that fits into `lines`, else what matters most, and of
 * that the last. The failure comes last.
 */
export function traceText(events: readonly TraceEvent[], lines = 40): string {
  const origins = new Map<string, TraceEvent>();
  for (const event of events) {
    if (event.what === 'send') origins.set(`message ${event.id}`, event);
    if (event.what === 'invoke') origins.set(`operation ${event.id}`, event);
  }
  const find: Find = (event) => {
    if (event.what === 'deliver' || event.what === 'drop') return origins.get(`message ${event.id}`);
    return event.what === 'complete' ? origins.get(`operation ${event.id}`) : undefined;
  };
  const all = events.filter((event, index) => !isSaidNext(event, events[index + 1]));
  let told = all;
  for (const leaveOut of leftOutWhole) {
    if (told.length > lines) told = told.filter((event) => !leaveOut(event, find));
  }
  for (const leaveOut of leftOutFromStart) {
    let leaving = told.length - lines;
    told = told.filter((event) => {
      if (leaving <= 0 || !leaveOut(event, find)) return true;
      leaving--;
      return false;
    });
  }
  const last = told.slice(-lines);
  const leftOut = all.length - last.length;
  return [
    ...(leftOut === 0 ? [] : [`(${leftOut} less telling events left out)`]),
    ...last.map((event) => `${timeText(event.at).padStart(13)}  ${eventText(event, find)}`),
  ].join('\n');
}

/** Whether a fault by chance is told again by the loss that it is. */
function isSaidNext(event: TraceEvent, next: TraceEvent | undefined): boolean {
  return event.what === 'fault' && next?.what === 'drop' && next.why === event.kind && next.at === event.at;
}

type Selection = (event: TraceEvent, find: Find) => boolean;
type Find = (event: TraceEvent) => TraceEvent | undefined;

/** Whether it is a packet that only keeps a stream going. */
function isUpkeep(event: TraceEvent): boolean {
  return event.what === 'send' && upkeep.has(messageKind(event.message));
}

const upkeep: ReadonlySet<string> = new Set(['open', 'accept', 'acknowledge', 'probe', 'close']);
