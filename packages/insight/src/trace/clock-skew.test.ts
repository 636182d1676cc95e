import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sketch } from '../../test/sketch.ts';
import { assembleTrace } from './assemble-trace.ts';

/** A request of `a` that calls `b` twice, `c` once through `b`; clocks of `b` and `c` off by so many milliseconds. */
function request(b: number, c: number): ReturnType<typeof sketch> {
  const spans = sketch(`
    a: root server 0..100
      a: call client 10..40
        b: one server 11..39
          b: call client 15..35
            c: deep server 16..34
      a: call client 50..90
        b: two server 52..88
  `);
  const off = { a: 0, b, c } as Record<string, number>;
  return spans.map((span) => ({ ...span, start: span.start + off[span.service]! * 1_000 }));
}

test('the clock of a process whose spans do not fit their callers is moved, with all its spans', () => {
  const trace = assembleTrace(request(5_000, -7_000));
  expect(trace.skews).toEqual([
    { service: 'b', instance: undefined, milliseconds: -5_000 },
    { service: 'c', instance: undefined, milliseconds: 7_000 },
  ]);
  expect([...trace.starts]).toEqual([0, 10, 11, 15, 16, 50, 52].map((start) => start * 1_000));
});

test('clocks that fit are left alone, and so are the few microseconds of a rounded start', () => {
  expect(assembleTrace(request(0, 0)).skews).toEqual([]);
  expect(assembleTrace(request(-1.5, 0)).skews).toEqual([]);
});

test('a callee that goes on when its caller has given up is not taken for a wrong clock', () => {
  const trace = assembleTrace(
    sketch(`
    a: root server 0..1010 !
      a: call client 5..1005 !
        b: slow server 6..4000
    `),
  );
  expect(trace.skews).toEqual([]);
});

test('a callee that takes over when its caller has given up is not taken for one either', () => {
  const trace = assembleTrace(
    sketch(`
    a: root server 0..110 !
      a: call client 5..105 !
        b: late server 150..160
    `),
  );
  expect(trace.skews).toEqual([]);
});

test('a message may be consumed long after it was sent, but not before', () => {
  const late = sketch(`
    a: send producer 0..5
      b: receive consumer 9000..9010
  `);
  expect(assembleTrace(late).skews).toEqual([]);
  const early = late.map((span) =>
    span.service === 'b' ? { ...span, start: span.start - 9_500_000 } : span,
  );
  expect(assembleTrace(early).skews).toEqual([{ service: 'b', instance: undefined, milliseconds: 500 }]);
});

test('whatever the clocks, calls end up within their callers, and spans of a process keep their distances', () => {
  const skew = fc.integer({ min: -100_000, max: 100_000 });
  fc.assert(
    fc.property(skew, skew, (b, c) => {
      const trace = assembleTrace(request(b, c));
      for (let row = 1; row < trace.spans.length; row++) {
        const parent = trace.parents[row]!;
        expect(trace.starts[row]).toBeGreaterThanOrEqual(trace.starts[parent]! - 1_000);
        const end = trace.starts[row]! + trace.durations[row]!;
        expect(end).toBeLessThanOrEqual(trace.starts[parent]! + trace.durations[parent]! + 1_000);
      }
    }),
  );
});
