import { type FlameFocus, type FlameLayout, visibleIn } from './flame-layout.ts';
import type { FlameTree } from './flame-tree.ts';

/** How a node is filled: a colour, and how much of it. */
export interface FlameFill {
  readonly colour: string;
  readonly strength: number;
}

export interface FlameFrame {
  readonly tree: FlameTree;
  readonly layout: FlameLayout;
  readonly focus: FlameFocus;
  /** Size and place are in CSS pixels. */
  readonly width: number;
  readonly height: number;
  readonly scrollTop: number;
  readonly fillOf: (node: number) => FlameFill;
  /** Written behind the name where there is room. */
  readonly noteOf: (node: number) => string;
  /** Nodes that a search means; the others are dimmed. */
  readonly matches: Uint8Array | undefined;
  /** Outlined; -1 for none. */
  readonly pointed: number;
  readonly chosen: number;
}

export interface FlameColours {
  readonly text: string;
  readonly note: string;
  readonly outline: string;
  readonly font: string;
}

/** How high a row is, in CSS pixels. */
export const flameRow = 24;

/** What is narrower, in CSS pixels, is not painted. */
export const narrowestPixels = 0.6;

/** Paints the rows in view: callers on top, below them whom they called, each as wide as it weighs. */
export function paintFlame(canvas: CanvasRenderingContext2D, frame: FlameFrame, colours: FlameColours): void {
  const { tree, layout, focus, width, height, scrollTop, matches } = frame;
  const scale = width / (focus.right - focus.left);
  const first = Math.max(Math.floor(scrollTop / flameRow), 0);
  const last = Math.min(Math.ceil((scrollTop + height) / flameRow), layout.rows.length);
  canvas.clearRect(0, 0, width, height);
  canvas.font = colours.font;
  canvas.textBaseline = 'middle';
  for (let row = first; row < last; row++) {
    const top = row * flameRow - scrollTop;
    for (const node of visibleIn(layout, row, focus, narrowestPixels / width)) {
      const left = Math.max((layout.left[node]! - focus.left) * scale, 0);
      const right = Math.min((layout.right[node]! - focus.left) * scale, width);
      const gap = right - left > 3 ? 1 : 0;
      const fill = frame.fillOf(node);
      canvas.globalAlpha = fill.strength * (matches === undefined || matches[node] === 1 ? 1 : 0.3);
      canvas.fillStyle = fill.colour;
      canvas.beginPath();
      canvas.roundRect(left, top, right - left - gap, flameRow - 1, right - left > 6 ? 3 : 0);
      canvas.fill();
      canvas.globalAlpha = matches === undefined || matches[node] === 1 ? 1 : 0.45;
      if (right - left > 28) {
        paintText(
          canvas,
          tree.labels[node]!,
          frame.noteOf(node),
          left + 6,
          right - 6 - gap,
          top + flameRow / 2,
          colours,
        );
      }
      canvas.globalAlpha = 1;
      if (node === frame.pointed || node === frame.chosen) {
        canvas.strokeStyle = colours.outline;
        canvas.lineWidth = node === frame.chosen ? 2 : 1;
        canvas.strokeRect(left + 0.5, top + 0.5, Math.max(right - left - gap - 1, 1), flameRow - 2);
      }
    }
  }
}

function paintText(
  canvas: CanvasRenderingContext2D,
  label: string,
  note: string,
  left: number,
  right: number,
  middle: number,
  colours: FlameColours,
): void {
  const room = right - left;
  const noteRoom = note === '' ? 0 : canvas.measureText(note).width + 10;
  const cut = cutTo(canvas, label, room);
  canvas.fillStyle = colours.text;
  canvas.fillText(cut, left, middle);
  if (note === '' || cut.length < label.length) return;
  const wide = canvas.measureText(label).width;
  if (wide + noteRoom > room) return;
  canvas.fillStyle = colours.note;
  canvas.fillText(note, left + wide + 10, middle);
}

/** As much of a text as there is room for, with an ellipsis where that is not all. */
function cutTo(canvas: CanvasRenderingContext2D, text: string, room: number): string {
  const wide = canvas.measureText(text).width;
  if (wide <= room) return text;
  const fits = Math.floor((text.length * room) / wide) - 1;
  return fits > 1 ? `${text.slice(0, fits)}…` : '';
}
