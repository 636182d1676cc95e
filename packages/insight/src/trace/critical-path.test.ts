import fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomSpans } from '../../test/random-spans.ts';
import { sketch } from '../../test/sketch.ts';
import { assembleTrace } from './assemble-trace.ts';
import { criticalPath } from './critical-path.ts';
import { mainRoot, type Trace } from './trace.ts';

/** `operation from..to`, in milliseconds after the root's start. */
function pathOf(trace: Trace, root: number = mainRoot(trace)): string[] {
  const { rows, starts, ends } = criticalPath(trace, root);
  const time = (at: number): number => (at - trace.starts[root]!) / 1_000;
  return [...rows].map(
    (row, piece) => `${trace.spans[row]!.operation} ${time(starts[piece]!)}..${time(ends[piece]!)}`,
  );
}

test.each([
  ['a span without children is its own path', 's: root 0..10', 'root 0..10'],
  [
    'children one after the other are on it with the gaps between them',
    `
    s: root 0..100
      s: one 10..30
      s: two 50..80
    `,
    'root 0..10, one 10..30, root 30..50, two 50..80, root 80..100',
  ],
  [
    'of children side by side the one that ends last',
    `
    s: root 0..100
      s: short 10..50
      s: long 20..90
    `,
    'root 0..20, long 20..90, root 90..100',
  ],
  [
    'what had ended when the last one began was waited for first',
    `
    s: root 0..100
      s: early 0..20
      s: middle 15..60
      s: late 60..100
    `,
    'root 0..15, middle 15..60, late 60..100',
  ],
  [
    'children that outlast their parent are cut off, and so are theirs',
    `
    s: root 0..50
      s: child 10..80
        s: grandchild 20..70
        s: later 55..60
    `,
    'root 0..10, child 10..20, grandchild 20..50',
  ],
  [
    'what begins when its parent has ended, and what is consumed, holds nobody up',
    `
    s: root 0..50
      s: send producer 10..12
        t: receive consumer 13..45
      s: afterwards 50..90
    `,
    'root 0..10, send 10..12, root 12..50',
  ],
  [
    'an overlap of less than a hundredth is none',
    `
    s: root 0..1000
      s: one 0..505
      s: two 500..1000
    `,
    'one 0..500, two 500..1000',
  ],
])('%s', (_, drawing, path) => {
  expect(pathOf(assembleTrace(sketch(drawing))).join(', ')).toBe(path);
});

test('it may begin at any span, and look into some only', () => {
  const trace = assembleTrace(
    sketch(`
    a: root 0..100
      b: inner 10..90
        c: deep 20..80
    `),
  );
  expect(pathOf(trace, 1)).toEqual(['inner 0..10', 'deep 10..70', 'inner 70..80']);
  const path = criticalPath(trace, 0, (row) => row !== 1);
  expect([...path.rows]).toEqual([0, 1, 0]);
});

test('the path of any trace fills its root without a gap, each piece within its span', () => {
  fc.assert(
    fc.property(randomSpans, (spans) => {
      const trace = assembleTrace(spans);
      const root = mainRoot(trace);
      const { rows, starts, ends } = criticalPath(trace);
      if (root < 0 || trace.durations[root] === 0) return void expect(rows.length).toBe(0);
      let at = trace.starts[root]!;
      for (let piece = 0; piece < rows.length; piece++) {
        const row = rows[piece]!;
        expect(starts[piece]).toBeCloseTo(at, 6);
        expect(starts[piece]! >= trace.starts[row]! - 1e-6).toBe(true);
        expect(ends[piece]! <= trace.starts[row]! + trace.durations[row]! + 1e-6).toBe(true);
        at = ends[piece]!;
      }
      expect(at).toBeCloseTo(trace.starts[root]! + trace.durations[root]!, 6);
    }),
  );
});

test('whatever is not on the path, with all below it, might as well not be there', () => {
  fc.assert(
    fc.property(randomSpans, fc.nat(13), (spans, chosen) => {
      const trace = assembleTrace(spans);
      const onPath = new Set(criticalPath(trace).rows);
      const branch = new Set(trace.spans.slice(chosen, trace.ends[chosen]));
      if (trace.skews.length > 0 || trace.spans.some((span, row) => branch.has(span) && onPath.has(row)))
        return;
      if (branch.has(trace.spans[mainRoot(trace)]!)) return;
      const rest = assembleTrace(trace.spans.filter((span) => !branch.has(span)));
      // Where several roots compete, another one may win now.
      if (rest.spans[mainRoot(rest)]?.spanId !== trace.spans[mainRoot(trace)]?.spanId) return;
      if (rest.skews.length === 0) expect(pathOf(rest)).toEqual(pathOf(trace));
    }),
  );
});

test('100,000 spans in one another, and beside one another, are no trouble', () => {
  const deep = Array.from({ length: 100_000 }, (_, depth) =>
    span(depth, depth - 1, depth, 400_000 - 2 * depth),
  );
  expect(criticalPath(assembleTrace(deep)).rows.length).toBe(199_999);
  const wide = [span(0, -1, 0, 400_000)];
  for (let child = 1; child < 100_000; child++) wide.push(span(child, 0, child * 3, 2));
  expect(criticalPath(assembleTrace(wide)).rows.length).toBe(199_999);
});

function span(id: number, parent: number, start: number, duration: number) {
  const [base] = sketch('s: op 0..1');
  return {
    ...base!,
    spanId: String(id),
    parentId: parent < 0 ? undefined : String(parent),
    start: base!.start + start,
    duration,
  };
}
