import { shortJson } from '../../trace/event-text.ts';
import type { TraceEvent } from '../../trace/trace-event.ts';
import { fitted, normalFont, type Picture, paintLabel, smallFont } from './picture.ts';
import type { Operation } from './timeline.ts';

/** The operations of clients, as bars on their lanes. */
export function paintOperations(picture: Picture): void {
  const { timeline, visibility, scale, columns, context, palette } = picture;
  if (visibility.hiddenLayers.has('operations')) return;
  for (const operation of timeline.operations.overlapping(...scale.range())) {
    if (!visibility.showsLane(operation.lane)) continue;
    const x = columns.x(operation.lane);
    const top = Math.max(-10, scale.y(operation.start));
    const bottom = Math.min(scale.height + 10, scale.y(operation.end));
    context.beginPath();
    context.roundRect(x - 5, top, 10, Math.max(4, bottom - top), 4);
    context.globalAlpha = 0.85;
    context.fillStyle = palette.get(operationColours[operation.outcome]);
    context.fill();
    context.globalAlpha = 1;
  }
}

const operationColours = {
  ok: 'ok',
  failed: 'lost',
  unknown: 'unknown',
  pending: 'unknown',
} as const satisfies Record<Operation['outcome'], string>;

/** What happens at one place and one moment, with its text where there is room for it. */
export function paintMarks(picture: Picture): void {
  const { timeline, visibility, scale, context } = picture;
  const [first, last] = scale.range();
  const free = new Float64Array(timeline.lanes.length).fill(-100);
  const lastDot = new Float64Array(timeline.lanes.length).fill(-100);
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  for (let index = first; index <= last; index++) {
    if (!visibility.shows(index)) continue;
    const event = timeline.events[index]!;
    const y = scale.y(index);
    if (event.what === 'healed' || event.what === 'failure') {
      paintLine(picture, event, y);
      continue;
    }
    const lane = timeline.laneOf[index]!;
    // A lost message ends in a cross of its own.
    if (lane < 0 || event.what === 'drop') continue;
    const x = picture.columns.x(lane);
    if (event.what === 'send' || event.what === 'deliver') {
      // Dots that cover each other are one.
      if (y - lastDot[lane]! < 0.7 && !picture.found.has(index)) continue;
      lastDot[lane] = y;
    }
    const hasRoom = y - free[lane]! > 15 || index === picture.current;
    if (paintMark(picture, event, x, y, hasRoom)) free[lane] = y;
    if (picture.found.has(index)) paintRing(picture, x, y, 9);
  }
}

/** Returns whether text was written. */
function paintMark(picture: Picture, event: TraceEvent, x: number, y: number, hasRoom: boolean): boolean {
  const { context, palette } = picture;
  const [colour, text, size] = markOf(picture, event);
  context.fillStyle = colour;
  context.beginPath();
  if (event.what === 'fault' || event.what === 'disk') {
    context.moveTo(x, y - size - 1);
    context.lineTo(x + size + 1, y);
    context.lineTo(x, y + size + 1);
    context.lineTo(x - size - 1, y);
  } else context.arc(x, y, size, 0, Math.PI * 2);
  context.fill();
  if (event.what === 'note') {
    context.lineWidth = 1.5;
    context.strokeStyle = palette.get('paper');
    context.stroke();
  }
  if (text === '' || !hasRoom) return false;
  context.font = event.what === 'note' ? normalFont : smallFont;
  paintLabel(picture, fitted(context, text, picture.columns.laneWidth - 20), x + 11, y, colour);
  return true;
}

function markOf({ palette }: Picture, event: TraceEvent): [colour: string, text: string, size: number] {
  switch (event.what) {
    case 'note':
      return [palette.get('note'), event.text, 5.5];
    case 'host':
      return [palette.get(event.state === 'crashed' ? 'lost' : 'muted'), event.state, 4.5];
    case 'fault':
      return [palette.get('fault'), event.kind, 5];
    case 'disk':
      return event.outcome === 'ok'
        ? [palette.get('muted'), '', 2]
        : [palette.get('lost'), `${event.operation}: ${event.outcome}`, 4];
    case 'invoke':
      return [palette.get('ink'), shortJson(event.operation, 60), 3];
    case 'complete': {
      const value = event.value === undefined ? '' : ` ${shortJson(event.value, 40)}`;
      return [palette.get(operationColours[event.outcome]), `${event.outcome}${value}`, 3];
    }
    default:
      return [palette.get('muted'), '', 2];
  }
}

/** A moment that concerns everybody. */
function paintLine(picture: Picture, event: TraceEvent, y: number): void {
  const { context, columns, palette } = picture;
  const isFailure = event.what === 'failure';
  const colour = palette.get(isFailure ? 'lost' : 'ok');
  context.strokeStyle = colour;
  context.lineWidth = isFailure ? 2 : 1.5;
  context.setLineDash(isFailure ? [] : [6, 4]);
  context.beginPath();
  context.moveTo(columns.left, y);
  context.lineTo(columns.width, y);
  context.stroke();
  context.setLineDash([]);
  context.font = isFailure ? `600 ${normalFont}` : normalFont;
  const text = isFailure ? `✕ ${event.text.split('\n')[0]}` : 'the storm is over, everything is healed';
  paintLabel(
    picture,
    fitted(context, text, columns.width - columns.left - 40),
    columns.left + 14,
    y - 10,
    colour,
  );
}

function paintRing({ context, palette }: Picture, x: number, y: number, radius: number): void {
  context.beginPath();
  context.arc(x, y, radius, 0, Math.PI * 2);
  context.lineWidth = 2;
  context.strokeStyle = palette.get('accent');
  context.stroke();
}

/** Where the person is. */
export function paintCursor(picture: Picture): void {
  const { context, columns, scale, palette, timeline, current } = picture;
  if (timeline.events.length === 0) return;
  const y = Math.round(scale.y(current)) + 0.5;
  context.globalAlpha = 0.1;
  context.fillStyle = palette.get('accent');
  context.fillRect(0, y - 11, columns.width, 22);
  context.globalAlpha = 0.8;
  context.strokeStyle = palette.get('accent');
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(0, y);
  context.lineTo(columns.width, y);
  context.stroke();
  context.globalAlpha = 1;
  const lane = timeline.laneOf[current]!;
  if (lane >= 0 && timeline.events[current]!.what !== 'drop') paintRing(picture, columns.x(lane), y, 8.5);
}
