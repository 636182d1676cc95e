import type { SpanTree } from './span-tree.ts';

/** Colours as a canvas's pixels hold them: alpha, blue, green, red from the highest byte to the lowest. */
export interface MinimapColours {
  /** Of each service of the trace. */
  readonly services: Uint32Array;
  readonly critical: number;
  readonly error: number;
}

/** How high a span lies, as a share of the picture. Few spans are not stretched over all of it. */
export function heightOf(span: number, count: number): number {
  return span / Math.max(count, fewest);
}

const fewest = 16;

/**
 * The whole trace in a small picture, each span a line at its height: 100,000 of them in some milliseconds, since pixels
 * are written rather than shapes drawn. On the spans lies the
 * critical path, and on it where errors began: failed spans below which none failed.
 */
export function minimapPixels(
  { view, count, ends, starts, durations }: SpanTree,
  width: number,
  height: number,
  colours: MinimapColours,
): Uint32Array<ArrayBuffer> {
  const pixels = new Uint32Array(width * height);
  const perMillisecond = width / Math.max(view.duration, 0.001);
  const perRow = height * heightOf(1, count);
  const thickness = Math.max(Math.floor(perRow * 0.7), 1);
  const line = (span: number, start: number, end: number, colour: number): void => {
    const left = Math.min(Math.max(Math.floor(start * perMillisecond), 0), width - 1);
    const right = Math.min(Math.max(Math.ceil(end * perMillisecond), left + 1), width);
    const top = Math.floor(span * perRow);
    for (let y = top; y < Math.min(top + thickness, height); y++) {
      pixels.fill(colour, y * width + left, y * width + right);
    }
  };
  for (let span = 0; span < count; span++) {
    line(span, starts[span]!, starts[span]! + durations[span]!, colours.services[view.service[span]!]!);
  }
  const path = view.critical;
  for (let piece = 0; piece < path.spans.length; piece++) {
    const span = path.spans[piece]!;
    line(span, path.starts[piece]!, path.ends[piece]!, colours.critical);
  }
  const origins = errorOrigins({ view, count, ends });
  for (let span = 0; span < count; span++) {
    if (origins[span] === 0) continue;
    line(span, starts[span]!, starts[span]! + durations[span]!, colours.error);
  }
  return pixels;
}

/** 1 for each failed span below which none failed. */
function errorOrigins({ view, count, ends }: Pick<SpanTree, 'view' | 'count' | 'ends'>): Uint8Array {
  const origins = new Uint8Array(count);
  let nearest = count;
  for (let span = count - 1; span >= 0; span--) {
    if (view.statuses[span] !== 2) continue;
    // The first failed span after this one is below it, or none is.
    if (nearest >= ends[span]!) origins[span] = 1;
    nearest = span;
  }
  return origins;
}
