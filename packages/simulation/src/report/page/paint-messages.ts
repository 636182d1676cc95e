import { type Picture, paintLabel, smallFont } from './picture.ts';
import type { Arrow } from './timeline.ts';

/** More than these would be a cloud, and slow: then lines of one link that nearly cover each other are left out. */
const arrowsMax = 1_500;
/** How far apart they then are, in pixels. */
const lineDistance = 5;
const labelledArrowsMax = 90;

/** The end points of an arrow in the picture. */
export function arrowLine(
  { columns, scale }: Picture,
  arrow: Arrow,
): { readonly x1: number; readonly y1: number; readonly x2: number; readonly y2: number } {
  const x1 = columns.x(arrow.from);
  const x2 = columns.x(arrow.to);
  const y1 = scale.y(arrow.start);
  const y2 = Math.max(scale.y(arrow.end), y1 + 3);
  // What a host that is down did not take came all the way; the rest got lost on its way.
  const way = arrow.outcome === 'delivered' || arrow.why === 'host-down' ? 1 : 0.62;
  return { x1, y1, x2: x1 + (x2 - x1) * way, y2: y1 + (y2 - y1) * way };
}

/** The messages; returns how many of them were left out because there were too many. */
export function paintMessages(picture: Picture): number {
  const { timeline, visibility, scale, current, context } = picture;
  const arrows = timeline.arrows
    .overlapping(...scale.range())
    .filter((arrow) => visibility.showsArrow(arrow));
  const painted = arrows.length <= arrowsMax ? arrows : thinned(picture, arrows);
  for (const arrow of painted) paintArrow(picture, arrow, false);
  const now = timeline.arrows.overlapping(current, current).filter((arrow) => visibility.showsArrow(arrow));
  for (const arrow of now) paintArrow(picture, arrow, true);
  context.font = smallFont;
  for (const arrow of painted.length <= labelledArrowsMax ? painted : now) paintKind(picture, arrow);
  return arrows.length - painted.length;
}

function thinned({ timeline, scale }: Picture, arrows: readonly Arrow[]): Arrow[] {
  const count = timeline.lanes.length;
  // Lost messages are rarer and matter more: they have lines of their own.
  const last = new Float64Array(2 * count * count).fill(Number.NEGATIVE_INFINITY);
  return arrows.filter(({ start, from, to, outcome }) => {
    const link = 2 * (from * count + to) + (outcome === 'dropped' ? 1 : 0);
    const y = scale.y(start);
    if (y - last[link]! < lineDistance) return false;
    last[link] = y;
    return true;
  });
}

function paintArrow(picture: Picture, arrow: Arrow, isCurrent: boolean): void {
  const { context, palette } = picture;
  const { x1, y1, x2, y2 } = arrowLine(picture, arrow);
  const isLost = arrow.outcome === 'dropped';
  const colour = isLost ? palette.get('lost') : palette.kind(arrow.kind);
  context.strokeStyle = colour;
  context.fillStyle = colour;
  context.lineWidth = isCurrent ? 2.5 : 1.25;
  context.globalAlpha = isCurrent ? 1 : isLost ? 0.8 : 0.72;
  context.setLineDash(arrow.isDuplicate ? [5, 3] : arrow.outcome === 'delivered' ? [] : [3, 3]);
  context.beginPath();
  context.moveTo(x1, y1);
  if (arrow.from === arrow.to) context.bezierCurveTo(x1 + 34, y1, x1 + 34, y2, x2, y2);
  else context.lineTo(x2, y2);
  context.stroke();
  context.setLineDash([]);
  if (isLost) paintCross(context, x2, y2);
  else if (arrow.outcome === 'delivered')
    paintHead(context, arrow.from === arrow.to ? x1 + 34 : x1, y1, x2, y2);
  context.globalAlpha = 1;
}

function paintHead(context: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  const angle = Math.atan2(y2 - y1, x2 - x1);
  context.beginPath();
  context.moveTo(x2, y2);
  context.lineTo(x2 - 8 * Math.cos(angle - 0.38), y2 - 8 * Math.sin(angle - 0.38));
  context.lineTo(x2 - 8 * Math.cos(angle + 0.38), y2 - 8 * Math.sin(angle + 0.38));
  context.fill();
}

function paintCross(context: CanvasRenderingContext2D, x: number, y: number): void {
  context.lineWidth = 2;
  context.beginPath();
  context.moveTo(x - 4, y - 4);
  context.lineTo(x + 4, y + 4);
  context.moveTo(x + 4, y - 4);
  context.lineTo(x - 4, y + 4);
  context.stroke();
}

/** What it is, along the line. */
function paintKind(picture: Picture, arrow: Arrow): void {
  const { context, palette } = picture;
  const { kind, why, isDuplicate, outcome } = arrow;
  const { x1, y1, x2, y2 } = arrowLine(picture, arrow);
  const colour = outcome === 'dropped' ? palette.get('lost') : palette.kind(kind);
  const text = `${kind}${isDuplicate ? ' again' : ''}${outcome === 'dropped' ? ` lost: ${why}` : ''}`;
  const length = Math.hypot(x2 - x1, y2 - y1);
  if (context.measureText(text).width > length - 16 && outcome !== 'dropped') return;
  context.save();
  // Nearer to the sender, where fewer lines meet.
  context.translate(x1 + (x2 - x1) * 0.42, y1 + (y2 - y1) * 0.42);
  context.rotate(Math.atan2(x2 < x1 ? y1 - y2 : y2 - y1, Math.abs(x2 - x1)));
  context.textAlign = 'center';
  context.textBaseline = 'alphabetic';
  paintLabel(picture, text, 0, -4, colour);
  context.restore();
}
