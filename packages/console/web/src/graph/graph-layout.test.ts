import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type GraphMeasures, type GraphWay, layOut } from './graph-layout.ts';
import { touchedBy } from './touched-by.ts';
import { walkTo } from './walk-graph.ts';

const measures: GraphMeasures = { width: 170, height: 50, gap: 56 };
const way = (from: string, to: string, kind = 'call'): GraphWay => ({
  key: `${from} ${kind} ${to}`,
  from,
  to,
});

const graphs = fc
  .record({
    count: fc.integer({ min: 0, max: 12 }),
    pairs: fc.array(fc.tuple(fc.nat(12), fc.nat(12), fc.boolean()), { maxLength: 30 }),
    ordered: fc.boolean(),
  })
  .map(({ count, pairs, ordered }) => {
    const ways = new Map(
      pairs.map(([from, to, message]) => {
        const made = way(`s${from}`, `s${to}`, message ? 'message' : 'call');
        return [made.key, made];
      }),
    );
    return {
      nodes: Array.from({ length: count }, (_, index) => `s${index}`),
      ways: [...ways.values()],
      ordered,
    };
  });

test('no two boxes lie upon one another, and all lie within the drawing', () => {
  fc.assert(
    fc.property(graphs, ({ ordered, ...shape }) => {
      const { nodes, width, height } = layOut(shape, { ...measures, ordered });
      const places = [...nodes.values()];
      for (const [index, a] of places.entries()) {
        expect(a.x - measures.width / 2).toBeGreaterThanOrEqual(0);
        expect(a.x + measures.width / 2).toBeLessThanOrEqual(width);
        expect(a.y - measures.height / 2).toBeGreaterThanOrEqual(0);
        expect(a.y + measures.height / 2).toBeLessThanOrEqual(height);
        for (const b of places.slice(index + 1)) {
          expect(Math.abs(a.x - b.x) >= measures.width || Math.abs(a.y - b.y) >= measures.height).toBe(true);
        }
      }
    }),
    { numRuns: 40 },
  );
});

test('callers stand left of what they call, and a way runs from side to side', () => {
  const shape = {
    nodes: ['shop', 'orders', 'db'],
    ways: [way('shop', 'orders'), way('orders', 'db'), way('shop', 'db')],
  };
  const { nodes, ways } = layOut(shape, measures);
  const [shop, orders, db] = shape.nodes.map((name) => nodes.get(name)!);
  expect(shop!.x).toBeLessThan(orders!.x);
  expect(orders!.x).toBeLessThan(db!.x);
  const points = ways.get(way('shop', 'db').key)!;
  expect(points[0]).toEqual({ x: shop!.x + measures.width / 2, y: shop!.y });
  expect(points.at(-1)).toEqual({ x: db!.x - measures.width / 2, y: db!.y });
});

test('in order, what is called first stands above what is called later', () => {
  const called = ['validate', 'reserve', 'charge', 'store', 'announce'];
  const shape = { nodes: ['order', ...called], ways: called.map((name) => way('order', name)) };
  const { nodes } = layOut(shape, { ...measures, ordered: true });
  const heights = called.map((name) => nodes.get(name)!.y);
  expect(heights).toEqual([...heights].sort((one, other) => one - other));
});

test('a node that leads to itself, an unknown one, and no node at all are borne', () => {
  expect(layOut({ nodes: ['a'], ways: [way('a', 'a'), way('a', 'gone')] }, measures).ways.size).toBe(0);
  expect(layOut({ nodes: [], ways: [] }, measures)).toMatchObject({ width: 0, height: 0 });
});

test('what a node touches is all that leads to it and all that it leads to, also around a circle', () => {
  const ways = [way('a', 'b'), way('b', 'c'), way('c', 'b'), way('x', 'c'), way('y', 'z')];
  const touched = touchedBy('b', ways);
  expect([...touched.nodes].sort()).toEqual(['a', 'b', 'c', 'x']);
  expect(touched.ways.has(way('y', 'z').key)).toBe(false);
  expect(touched.ways.has(way('a', 'b').key)).toBe(true);
  expect([...touchedBy('a', ways).nodes].sort()).toEqual(['a', 'b', 'c']);
});

test('arrow keys lead along the ways, and up and down a column', () => {
  const ways = [way('shop', 'orders'), way('shop', 'cart'), way('orders', 'db')];
  const layout = layOut({ nodes: ['shop', 'orders', 'cart', 'db'], ways }, { ...measures, ordered: true });
  expect(walkTo(layout, ways, 'shop', 'right')).toBe('orders');
  expect(walkTo(layout, ways, 'orders', 'down')).toBe('cart');
  expect(walkTo(layout, ways, 'cart', 'up')).toBe('orders');
  expect(walkTo(layout, ways, 'db', 'left')).toBe('orders');
  expect(walkTo(layout, ways, 'cart', 'right')).toBeUndefined();
  expect(walkTo(layout, ways, 'gone', 'left')).toBeUndefined();
});
