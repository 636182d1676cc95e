import type { CriticalRows } from './critical-rows.ts';
import { selfSegments } from './self-segments.ts';
import type { SiblingGroup } from './sibling-groups.ts';
import type { SpanTree } from './span-tree.ts';
import { type TimeWindow, ticks } from './time-window.ts';
import type { VisibleRows } from './visible-rows.ts';

/** What the timeline is painted in. */
export interface TimelineColours {
  /** Of each service of the trace. */
  readonly services: readonly string[];
  readonly grid: string;
  readonly text: string;
  /** Of text on a bar. */
  readonly ink: string;
  readonly path: string;
  readonly error: string;
  readonly font: string;
}

/** Everything that a picture of the timeline depends on. Sizes are in CSS pixels. */
export interface TimelineFrame {
  readonly tree: SpanTree;
  readonly visible: VisibleRows;
  readonly critical: CriticalRows;
  /** Repeated calls that share a row, by the span that has it. */
  readonly summed: ReadonlyMap<number, SiblingGroup>;
  readonly window: TimeWindow;
  /** Spans that a search means; the others are dimmed. */
  readonly matches: Uint8Array | undefined;
  readonly width: number;
  readonly height: number;
  readonly scrollTop: number;
  readonly rowHeight: number;
  /** Of a bar within its row. */
  readonly barTop: number;
  readonly barHeight: number;
  /** Whether the path is a line from bar to bar, or only under them, where names stand between. */
  readonly joined: boolean;
  /** What is written beside a bar; nothing where it returns an empty text. */
  readonly labelOf: (span: number) => string;
}

const dimmed = 0.22;
const dimmedLabel = 0.5;
const waiting = 0.34;
const elbow = 0.55;
const narrowest = 2;

/** How many ticks a width has room for. */
export function tickWish(width: number): number {
  return Math.max(Math.floor(width / 110), 2);
}

/**
 * Paints the rows that are in view: a bar for each span, solid where it works itself and pale where it waits for another,
 * and over them the critical path as one line from bar to bar.
 */
export function paintTimeline(
  canvas: CanvasRenderingContext2D,
  frame: TimelineFrame,
  colours: TimelineColours,
): void {
  const { tree, visible, window, width, height, scrollTop, rowHeight, barTop, barHeight, matches } = frame;
  const perMillisecond = width / (window.to - window.from);
  const x = (time: number): number => (time - window.from) * perMillisecond;
  const first = Math.max(Math.floor(scrollTop / rowHeight), 0);
  const last = Math.min(Math.ceil((scrollTop + height) / rowHeight), visible.spans.length);

  canvas.clearRect(0, 0, width, height);
  canvas.fillStyle = colours.grid;
  // Where names stand over the bars, lines would run through them.
  const marked = frame.joined ? ticks(window, tickWish(width)) : [];
  for (const time of marked) canvas.fillRect(Math.round(x(time)), 0, 1, height);

  canvas.font = colours.font;
  canvas.textBaseline = 'middle';
  for (let row = first; row < last; row++) {
    const span = visible.spans[row]!;
    const group = frame.summed.get(span);
    const [start, end] = extentOf(frame, span);
    const top = Math.round(row * rowHeight - scrollTop) + barTop;
    const bright = matches === undefined || matches[span] === 1 ? 1 : dimmed;
    if (end < window.from || start > window.to) {
      paintAway(canvas, start > window.to ? width : 0, top + barHeight / 2, colours.text);
      continue;
    }
    const left = Math.max(x(start), -4);
    const right = Math.min(Math.max(x(end), left + narrowest), width + 4);
    const failed = group === undefined ? tree.view.statuses[span] === 2 : group.errors > 0;
    canvas.fillStyle = colours.services[tree.view.service[span]!]!;
    canvas.globalAlpha = waiting * bright;
    canvas.beginPath();
    canvas.roundRect(left, top, right - left, barHeight, 2);
    canvas.fill();
    canvas.globalAlpha = bright;
    const own = group?.stretches ?? selfSegments(tree, span);
    for (let index = 0; index < own.length; ) {
      const from = Math.max(x(own[index]!), left);
      // Segments that touch in the picture are painted at once.
      let to = x(own[index + 1]!);
      index += 2;
      while (index < own.length && x(own[index]!) - to < 0.5) {
        to = x(own[index + 1]!);
        index += 2;
      }
      if (to <= left || from >= right) continue;
      canvas.beginPath();
      canvas.roundRect(from, top, Math.max(Math.min(to, right) - from, 1), barHeight, 2);
      canvas.fill();
    }
    if (failed) {
      canvas.fillStyle = colours.error;
      canvas.fillRect(Math.max(right - 3, left), top - 1, 3, barHeight + 2);
    }
  }
  canvas.globalAlpha = 1;
  paintPath(canvas, frame, colours.path, x, first, last);
  paintLabels(canvas, frame, colours, x, first, last);
}

/** When a row begins and ends: that of a group with its first and its last call. */
function extentOf({ tree, summed }: TimelineFrame, span: number): readonly [start: number, end: number] {
  const stretches = summed.get(span)?.stretches;
  const start = tree.starts[span]!;
  return [start, stretches?.at(-1) ?? start + tree.durations[span]!];
}

/** A small mark at the edge, for a span that is before or after the part looked at. */
function paintAway(canvas: CanvasRenderingContext2D, edge: number, middle: number, colour: string): void {
  const inward = edge === 0 ? 1 : -1;
  canvas.globalAlpha = 0.5;
  canvas.fillStyle = colour;
  canvas.beginPath();
  canvas.moveTo(edge + inward * 3, middle);
  canvas.lineTo(edge + inward * 7, middle - 3);
  canvas.lineTo(edge + inward * 7, middle + 3);
  canvas.fill();
}

/** Beside the bar where there is room: after it, else before it, else at its end. The path's line is interrupted for it. */
function paintLabels(
  canvas: CanvasRenderingContext2D,
  frame: TimelineFrame,
  colours: TimelineColours,
  x: (time: number) => number,
  first: number,
  last: number,
): void {
  const { visible, window, width, scrollTop, rowHeight, barTop, barHeight, matches, labelOf } = frame;
  for (let row = first; row < last; row++) {
    const span = visible.spans[row]!;
    const [start, end] = extentOf(frame, span);
    const label = labelOf(span);
    if (label === '' || end < window.from || start > window.to) continue;
    const left = Math.max(x(start), 0);
    const right = Math.min(Math.max(x(end), left + narrowest), width);
    const wide = canvas.measureText(label).width;
    const middle = Math.round(row * rowHeight - scrollTop) + barTop + barHeight / 2;
    const after = right + wide + 12 <= width;
    const before = !after && left >= wide + 12;
    const at = after ? right + 6 : before ? left - wide - 6 : placeInside(frame, span, x, left, right, wide);
    if (at === undefined) continue;
    if (after || before) {
      canvas.clearRect(at - 2, middle - rowHeight / 2 + 1, wide + 4, Math.min(rowHeight - 2, 16));
    }
    canvas.globalAlpha = matches === undefined || matches[span] === 1 ? 1 : dimmedLabel;
    canvas.fillStyle = after || before ? colours.text : colours.ink;
    canvas.fillText(label, at, middle + 0.5);
  }
  canvas.globalAlpha = 1;
}

/** Where a label fits on the pale part of a bar, as far to the right as there is one; undefined where there is none. */
function placeInside(
  { tree, summed }: TimelineFrame,
  span: number,
  x: (time: number) => number,
  left: number,
  right: number,
  wide: number,
): number | undefined {
  const own = summed.get(span)?.stretches ?? selfSegments(tree, span);
  let end = right;
  for (let index = own.length - 2; index >= 0; index -= 2) {
    const from = Math.min(x(own[index + 1]!), end);
    if (end - Math.max(from, left) >= wide + 12) break;
    end = Math.min(x(own[index]!), end);
  }
  return end - left >= wide + 12 ? end - wide - 6 : undefined;
}

function paintPath(
  canvas: CanvasRenderingContext2D,
  {
    critical,
    summed,
    visible,
    scrollTop,
    rowHeight,
    barTop,
    barHeight,
    width,
    height,
    joined,
  }: TimelineFrame,
  colour: string,
  x: (time: number) => number,
  first: number,
  last: number,
): void {
  const { rows, starts, ends, offsets, byRow } = critical;
  const thick = 2;
  const lineOf = (row: number): number => Math.round(row * rowHeight - scrollTop) + barTop + barHeight + 1;
  const isSummed = (row: number): boolean => summed.has(visible.spans[row]!);
  // To and from a row of many calls there is one line each, or they would be a curtain.
  const isJoined = (piece: number): boolean => {
    const [from, to] = [rows[piece]!, rows[piece + 1]!];
    return (
      (!isSummed(from) || byRow[offsets[from + 1]! - 1] === piece) &&
      (!isSummed(to) || byRow[offsets[to]!] === piece + 1)
    );
  };
  canvas.fillStyle = colour;
  for (let row = first; row < last; row++) {
    const y = lineOf(row);
    // A line through all that is in view, to what is far below it, would only say that the path goes on.
    const reach = (other: number): number =>
      other < first - farRows || other >= last + farRows ? y + Math.sign(other - row) * stub : lineOf(other);
    let painted = -Infinity;
    for (let at = offsets[row]!; at < offsets[row + 1]!; at++) {
      const piece = byRow[at]!;
      const left = x(starts[piece]!);
      const right = x(ends[piece]!);
      // Of pieces that share a pixel, one is enough.
      if (right < 0 || left > width || right < painted + 0.5) continue;
      painted = Math.max(right, left + 1);
      canvas.fillRect(Math.max(left, 0), y, Math.max(Math.min(right, width) - Math.max(left, 0), 1), thick);
      if (!joined) continue;
      canvas.globalAlpha = elbow;
      const inView = (other: number): boolean => other >= first && other < last;
      // Where many short pieces go on out of view, lines to there would hide everything.
      const isLong = right - left >= 3;
      const after = rows[piece + 1];
      if (after !== undefined && (isLong || inView(after)) && isJoined(piece)) {
        paintElbow(canvas, right, y, reach(after), height, thick);
      }
      const before = rows[piece - 1];
      // The way here from a row in view was painted there.
      if (before !== undefined && isLong && !inView(before) && isJoined(piece - 1)) {
        paintElbow(canvas, left, reach(before), y, height, thick);
      }
      canvas.globalAlpha = 1;
    }
  }
}

/** So many rows out of view is far; what leads there is so many pixels long. */
const farRows = 100;
const stub = 10;

function paintElbow(
  canvas: CanvasRenderingContext2D,
  at: number,
  from: number,
  to: number,
  height: number,
  thick: number,
): void {
  const top = Math.max(Math.min(from, to), 0);
  const bottom = Math.min(Math.max(from, to) + thick, height);
  if (bottom > top) canvas.fillRect(Math.round(at) - 0.5, top, 1, bottom - top);
}
