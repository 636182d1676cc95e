import fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomSpans } from '../../test/random-spans.ts';
import { sketch } from '../../test/sketch.ts';
import { assembleTrace } from './assemble-trace.ts';
import { selfTimes } from './self-times.ts';
import { isDetached } from './trace.ts';

test('a span is itself for as long as no child of its runs; children side by side count once', () => {
  const trace = assembleTrace(
    sketch(`
    s: root 0..100
      s: one 10..50
      s: two 30..60
      s: over 90..120
      s: afterwards 100..200
      t: receive consumer 0..100
    `),
  );
  const selfs = selfTimes(trace);
  const byName = Object.fromEntries(
    trace.spans.map(({ operation }, row) => [operation, selfs[row]! / 1_000]),
  );
  expect(byName).toEqual({ root: 40, one: 40, two: 30, over: 30, afterwards: 100, receive: 100 });
});

test('it is what a clock would count that ticks while no child runs', () => {
  fc.assert(
    fc.property(randomSpans, (spans) => {
      const trace = assembleTrace(spans);
      if (trace.skews.length > 0) return;
      const selfs = selfTimes(trace);
      for (let row = 0; row < selfs.length; row++) {
        let ticks = 0;
        const end = trace.starts[row]! + trace.durations[row]!;
        for (let at = trace.starts[row]!; at < end; at += 1_000) {
          let waits = false;
          for (let child = row + 1; child < trace.ends[row]!; child = trace.ends[child]!) {
            const runs = trace.starts[child]! <= at && at < trace.starts[child]! + trace.durations[child]!;
            if (runs && !isDetached(trace, child)) waits = true;
          }
          if (!waits) ticks += 1_000;
        }
        expect(selfs[row]).toBe(ticks);
      }
    }),
  );
});
