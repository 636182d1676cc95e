import fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomSpans } from '../../test/random-spans.ts';
import { sketch } from '../../test/sketch.ts';
import { assembleTrace } from './assemble-trace.ts';
import { mainRoot, type Trace } from './trace.ts';

const names = (trace: Trace): string[] =>
  trace.spans.map(({ operation }, row) => `${'  '.repeat(trace.depths[row]!)}${operation}`);

const shop = sketch(`
  shop: root 0..100
    shop: second 50..90
      stock: below 55..60
    shop: first 10..40
`);

test('rows stand depth first, siblings by start, whatever order the spans came in', () => {
  for (const order of [shop, shop.toReversed(), [shop[2]!, shop[0]!, shop[3]!, shop[1]!]]) {
    const trace = assembleTrace(order);
    expect(names(trace)).toEqual(['root', '  first', '  second', '    below']);
    expect([...trace.parents]).toEqual([-1, 0, 0, 2]);
    expect([...trace.ends]).toEqual([4, 2, 4, 4]);
    expect([...trace.starts]).toEqual([0, 10_000, 50_000, 55_000]);
    expect([trace.start, trace.duration]).toEqual([shop[0]!.start, 100_000]);
  }
});

test('a span that is reported twice counts once, and its longest report stays', () => {
  const early = { ...shop[1]!, duration: 5 };
  const trace = assembleTrace([early, ...shop, ...shop]);
  expect(names(trace)).toEqual(['root', '  first', '  second', '    below']);
  expect(trace.durations[2]).toBe(40_000);
  expect(trace.duplicates).toBe(5);
});

test('without its parent a span is an orphan, and the true root stands for the trace though it starts later', () => {
  const [root, second, below, first] = shop;
  const lost = { ...below!, parentId: 'never came', start: root!.start - 1_000 };
  const trace = assembleTrace([lost, root!, second!, first!]);
  expect(names(trace)).toEqual(['below', 'root', '  first', '  second']);
  expect([...trace.orphans]).toEqual([1, 0, 0, 0]);
  expect(mainRoot(trace)).toBe(1);
  expect(mainRoot(assembleTrace([lost]))).toBe(0);
});

test('parents that go in a circle are cut at the first of them', () => {
  const [root, second, below] = shop;
  const circle = [root!, { ...second!, parentId: below!.spanId }, below!];
  const trace = assembleTrace(circle.reverse());
  expect(names(trace)).toEqual(['root', 'second', '  below']);
  expect([...trace.orphans]).toEqual([0, 1, 0]);
  const own = assembleTrace([{ ...root!, parentId: root!.spanId }]);
  expect([...own.orphans]).toEqual([1]);
});

test('of nothing a trace without rows is made', () => {
  const trace = assembleTrace([]);
  expect([trace.spans.length, trace.duration, mainRoot(trace)]).toEqual([0, 0, -1]);
});

test('any spans make a forest in which each span stands once, below its parent and before what comes after it', () => {
  fc.assert(
    fc.property(randomSpans, (spans) => {
      const trace = assembleTrace(spans);
      const ids = new Set(spans.map(({ spanId }) => spanId));
      expect(new Set(trace.spans.map(({ spanId }) => spanId))).toEqual(ids);
      expect(trace.spans.length).toBe(ids.size);
      for (let row = 0; row < trace.spans.length; row++) {
        const parent = trace.parents[row]!;
        const { parentId } = trace.spans[row]!;
        if (parent >= 0) {
          expect(trace.spans[parent]!.spanId).toBe(parentId);
          expect(row > parent && trace.ends[row]! <= trace.ends[parent]!).toBe(true);
          expect(trace.depths[row]).toBe(trace.depths[parent]! + 1);
        } else {
          expect(trace.orphans[row]).toBe(parentId === undefined ? 0 : 1);
        }
        const sibling = trace.ends[row]!;
        if (sibling < trace.spans.length && trace.parents[sibling] === parent) {
          expect(trace.starts[row]).toBeLessThanOrEqual(trace.starts[sibling]!);
        }
      }
    }),
  );
});

test('the order in which spans came makes no difference', () => {
  fc.assert(
    fc.property(
      randomSpans.chain((spans) =>
        fc.tuple(fc.constant(spans), fc.shuffledSubarray(spans, { minLength: spans.length })),
      ),
      ([spans, shuffled]) => {
        const [one, other] = [assembleTrace(spans), assembleTrace(shuffled)];
        expect(names(other)).toEqual(names(one));
        expect(other.starts).toEqual(one.starts);
        expect(other.skews).toEqual(one.skews);
      },
    ),
  );
});
