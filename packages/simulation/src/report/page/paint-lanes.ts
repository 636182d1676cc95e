import { timeText } from '../../trace/event-text.ts';
import type { Absence } from './absences.ts';
import { fitted, fittedName, type Picture, paintLabel, smallFont } from './picture.ts';

/** The lanes, what befell their hosts, and the times at the left. */
export function paintLanes(picture: Picture): void {
  const { context, timeline, scale, visibility, columns, palette } = picture;
  const [first, last] = scale.range();
  for (const trouble of timeline.troubles.overlapping(first, last)) {
    const top = Math.max(-10, scale.y(trouble.start));
    const bottom = Math.min(scale.height + 10, scale.y(trouble.end));
    trouble.lanes.forEach((group, lane) => {
      if (!visibility.showsLane(lane)) return;
      context.globalAlpha = 0.16;
      context.fillStyle = trouble.kind === 'partition' ? palette.group(group) : palette.get('fault');
      context.fillRect(columns.x(lane) - 11, top, 22, bottom - top);
    });
  }
  context.globalAlpha = 1;
  timeline.lanes.forEach((lane, index) => {
    if (!visibility.showsLane(index)) return;
    const x = Math.round(columns.x(index)) + 0.5;
    context.strokeStyle = palette.get('line');
    context.lineWidth = 1.5;
    context.setLineDash(lane.isClient ? [2, 4] : []);
    line(
      context,
      x,
      Math.max(0, scale.y(0) - 24),
      x,
      Math.min(scale.height, scale.y(timeline.events.length)),
    );
    context.setLineDash([]);
  });
  for (const absence of timeline.absences.overlapping(first, last)) paintAbsence(picture, absence);
}

function paintAbsence(picture: Picture, { lane, start, end, state }: Absence): void {
  const { context, scale, visibility, columns, palette } = picture;
  if (!visibility.showsLane(lane)) return;
  const x = columns.x(lane);
  const top = Math.max(-20, scale.y(start));
  const bottom = Math.min(scale.height + 20, scale.y(end));
  const colour = palette.get(state === 'down' ? 'lost' : 'unknown');
  context.fillStyle = palette.get('paper');
  context.fillRect(x - 6, top, 12, bottom - top);
  context.save();
  context.beginPath();
  context.roundRect(x - 6, top, 12, Math.max(2, bottom - top), 4);
  context.clip();
  context.globalAlpha = 0.18;
  context.fillStyle = colour;
  context.fillRect(x - 6, top, 12, bottom - top);
  context.globalAlpha = 0.55;
  context.strokeStyle = colour;
  context.lineWidth = 1.25;
  if (state === 'down') {
    for (let y = Math.floor(top / 7) * 7 - 14; y < bottom + 14; y += 7)
      line(context, x - 8, y + 8, x + 8, y - 8);
  } else {
    line(context, x - 2, top + 3, x - 2, bottom - 3);
    line(context, x + 2, top + 3, x + 2, bottom - 3);
  }
  context.restore();
  context.save();
  context.globalAlpha = 0.8;
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.beginPath();
  context.roundRect(x - 6, top, 12, Math.max(2, bottom - top), 4);
  context.stroke();
  context.restore();
}

/** The bars of planned faults, each with its name along it. */
export function paintTroubles(picture: Picture): void {
  const { context, timeline, scale, columns, palette } = picture;
  context.fillStyle = palette.get('paper');
  context.fillRect(0, 0, columns.left - 4, scale.height);
  for (const { start, end, column, kind, subject } of timeline.troubles.overlapping(...scale.range())) {
    const x = columns.troubleX(column);
    const top = Math.max(-6, scale.y(start));
    const bottom = Math.min(scale.height + 6, scale.y(end));
    context.beginPath();
    context.roundRect(x, top, 15, Math.max(3, bottom - top), 4);
    context.globalAlpha = 0.22;
    context.fillStyle = palette.get('fault');
    context.fill();
    context.globalAlpha = 1;
    context.fillRect(x, Math.max(0, top), 2.5, Math.max(3, bottom - Math.max(0, top)));
    context.save();
    context.translate(x + 8.5, Math.max(top, 0) + 6);
    context.rotate(Math.PI / 2);
    context.font = smallFont;
    context.textBaseline = 'middle';
    context.textAlign = 'left';
    context.fillStyle = palette.get('ink');
    const room = Math.min(bottom, scale.height) - Math.max(top, 0) - 10;
    context.fillText(fitted(context, subject === '' ? kind : `${kind} ${subject}`, room), 0, 0);
    context.restore();
  }
}

/** The times of events, as far apart as they are legible. */
export function paintTimes({ context, timeline, visibility, scale, columns, palette }: Picture): void {
  context.font = smallFont;
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  context.fillStyle = palette.get('muted');
  const [first, last] = scale.range();
  let free = -20;
  for (let index = first; index <= last; index++) {
    if (!visibility.shows(index)) continue;
    const y = scale.y(index);
    if (y < free) continue;
    context.fillText(timeText(timeline.events[index]!.at), columns.troubleLeft - 12, y);
    free = y + 22;
  }
}

/** The names of hosts and clients along the upper edge. */
export function paintNames(picture: Picture, height: number): void {
  const { context, timeline, visibility, columns, palette } = picture;
  context.fillStyle = palette.get('paper');
  context.globalAlpha = 0.94;
  context.fillRect(0, 0, columns.width, height);
  context.globalAlpha = 1;
  context.textBaseline = 'middle';
  context.textAlign = 'center';
  context.font = '600 12.5px system-ui, sans-serif';
  timeline.lanes.forEach(({ name, isClient }, lane) => {
    if (!visibility.showsLane(lane)) return;
    const x = columns.x(lane);
    if (x < columns.left - 20) return;
    const text = fittedName(context, name, columns.laneWidth - 22);
    const width = context.measureText(text).width + 20;
    context.beginPath();
    context.roundRect(x - width / 2, height / 2 - 11, width, 22, isClient ? 11 : 5);
    context.fillStyle = palette.get('faint');
    context.fill();
    context.fillStyle = palette.get(isClient ? 'muted' : 'ink');
    context.fillText(text, x, height / 2 + 0.5);
  });
  context.strokeStyle = palette.get('line');
  context.lineWidth = 1;
  line(context, 0, height - 0.5, columns.width, height - 0.5);
  context.font = smallFont;
  context.textAlign = 'left';
  if (timeline.troubleColumns > 0)
    paintLabel(picture, 'faults', columns.troubleLeft, height / 2, palette.get('muted'));
}

function line(context: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.stroke();
}
