import fc from 'fast-check';
import { expect, test } from 'vitest';
import { batchOf, type SpanWords } from '../../test/span-batches.ts';
import { ShapeBook } from '../store/shape-book.ts';
import { callerOf, entryOf, type FlowTotals, nobody } from './flow-totals.ts';
import { LiveFlow } from './live-flow.ts';

const noon = Date.UTC(2026, 0, 1, 12);

function flow(options: Partial<ConstructorParameters<typeof LiveFlow>[1]> = {}) {
  const book = new ShapeBook({ shapesMax: 1_000, resourcesMax: 100 });
  const live = new LiveFlow(book, {
    step: 10_000,
    horizon: 600_000,
    totalsMax: 10_000,
    spansRemembered: 1_024,
    now: () => noon,
    ...options,
  });
  const add = (...spans: SpanWords[]) => {
    const batch = batchOf(spans);
    live.add(batch, book.shapesOf(batch));
  };
  const totals = () => [...live.slices.within(noon - 600_000, noon + 60_000)].map(([, slice]) => slice);
  return { book, live, add, totals };
}

/** Entries as `caller > entry: count`, services and names. */
function entries(book: ShapeBook, totals: readonly FlowTotals[]): Record<string, number> {
  const told: Record<string, number> = {};
  const name = (id: number): string => {
    const shape = book.shapes[id];
    return id === nobody || shape === undefined ? 'nobody' : `${shape.resource.service}.${shape.name}`;
  };
  for (const { pairs } of totals) {
    for (const [pair, { count }] of pairs) {
      const key = `${name(callerOf(pair))} > ${name(entryOf(pair))}`;
      told[key] = (told[key] ?? 0) + count;
    }
  }
  return told;
}

const trace: readonly SpanWords[] = [
  { id: 'a', service: 'front', name: 'order', kind: 'server', start: noon - 5_000, duration: 50 },
  { id: 'b', parent: 'a', service: 'front', name: 'call', kind: 'client', start: noon - 4_990, duration: 30 },
  { id: 'c', parent: 'b', service: 'stock', name: 'take', kind: 'server', start: noon - 4_980, duration: 20 },
  {
    id: 'd',
    parent: 'c',
    service: 'stock',
    name: 'count',
    kind: 'internal',
    start: noon - 4_979,
    duration: 9,
  },
];

const wanted = { 'nobody > front.order': 1, 'front.call > stock.take': 1 };

test('whoever comes first, the caller or who was called: an entry is counted by its caller', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray([...trace], { minLength: 4 }), fc.array(fc.boolean()), (order, cuts) => {
      const { book, add, totals } = flow();
      let batch: SpanWords[] = [];
      order.forEach((span, index) => {
        batch.push(span);
        if (cuts[index] !== true) return;
        add(...batch);
        batch = [];
      });
      add(...batch);
      expect(entries(book, totals())).toEqual(wanted);
    }),
  );
});

test('what is sent twice counts once, in the same request and in another', () => {
  const { book, add, live, totals } = flow();
  add(...trace, ...trace);
  add(...trace);
  expect(live.duplicates).toBe(8);
  expect(entries(book, totals())).toEqual(wanted);
  expect(totals().flatMap(({ shapes }) => [...shapes.values()].map(({ count }) => count))).toEqual([
    1, 1, 1, 1,
  ]);
});

test('an orphan waits, and harms nobody', () => {
  const { book, add, totals } = flow();
  add(trace[2]!);
  expect(entries(book, totals())).toEqual({});
  add(trace[1]!);
  expect(entries(book, totals())).toEqual({ 'front.call > stock.take': 1 });
});

test('spans of another trace with the same id are others', () => {
  const { book, add, totals } = flow();
  add(trace[2]!, { ...trace[1]!, trace: '2' });
  expect(entries(book, totals())).toEqual({});
});

test('a message is counted by who sent it, though it is in another trace', () => {
  const { book, add, totals } = flow();
  const links = [{ traceId: '1'.padStart(32, '0'), spanId: 'b'.padStart(16, '0') }];
  add({
    trace: '2',
    id: 'e',
    service: 'mail',
    name: 'on order',
    kind: 'consumer',
    start: noon - 4_000,
    links,
  });
  add({ ...trace[1]!, kind: 'producer', name: 'send' });
  expect(entries(book, totals())).toEqual({ 'front.send > mail.on order': 1 });
});

test('a clock that is far ahead, and what is older than the horizon, count nowhere', () => {
  const { add, totals, live } = flow();
  add(
    { id: '1', start: noon + 3_600_000 },
    { id: '2', start: noon - 1 },
    { id: '3', start: noon - 3_600_000 },
  );
  expect(totals().map(({ shapes }) => [...shapes.values()][0]!.count)).toEqual([1]);
  expect(live.slices.since).toBeGreaterThan(noon - 610_000);
});

test('there are never more totals than may be: the horizon comes nearer', () => {
  const { add, totals } = flow({ totalsMax: 20 });
  for (let step = 59; step >= 0; step--) {
    add({ id: `${step + 1}`, trace: `${step + 1}`, start: noon - step * 10_000 - 1 });
  }
  const sizes = totals().map(({ size }) => size);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(20);
  expect(sizes.length).toBeGreaterThan(5);
});

test('who answers a call is remembered', () => {
  const { book, add, live } = flow();
  add(...trace);
  const call = book.shapes.find((shape) => shape?.name === 'call')!;
  expect(live.callees.get(call.id)).toEqual(new Set(['stock']));
});
