import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { MapEdge, MapNode } from '../../api/console-api.ts';
import { edgeKey, layOut, lettersIn, nodeHeight, shapeOf } from './map-layout.ts';
import { touchedBy } from './touched-by.ts';

const node = (name: string) => ({ name }) as MapNode;
const edge = (from: string, to: string, kind: MapEdge['kind'] = 'call') => ({ from, to, kind }) as MapEdge;

const graphs = fc
  .record({
    count: fc.integer({ min: 0, max: 12 }),
    pairs: fc.array(fc.tuple(fc.nat(12), fc.nat(12), fc.boolean()), { maxLength: 30 }),
  })
  .map(({ count, pairs }) => {
    const edges = new Map(
      pairs.map(([from, to, message]) => {
        const made = edge(`s${from}`, `s${to}`, message ? 'message' : 'call');
        return [edgeKey(made), made];
      }),
    );
    return {
      nodes: Array.from({ length: count }, (_, index) => node(`s${index}`)),
      edges: [...edges.values()],
    };
  });

test('no two boxes lie upon one another, and all lie within the drawing', () => {
  fc.assert(
    fc.property(graphs, (graph) => {
      const { nodes, nodeWidth, width, height } = layOut(graph);
      const places = [...nodes.values()];
      for (const [index, a] of places.entries()) {
        expect(a.x - nodeWidth / 2).toBeGreaterThanOrEqual(0);
        expect(a.x + nodeWidth / 2).toBeLessThanOrEqual(width);
        expect(a.y - nodeHeight / 2).toBeGreaterThanOrEqual(0);
        expect(a.y + nodeHeight / 2).toBeLessThanOrEqual(height);
        for (const b of places.slice(index + 1)) {
          expect(Math.abs(a.x - b.x) >= nodeWidth || Math.abs(a.y - b.y) >= nodeHeight).toBe(true);
        }
      }
    }),
    { numRuns: 40 },
  );
});

test('callers stand left of what they call, and an edge runs from side to side', () => {
  const { nodes, edges, nodeWidth } = layOut({
    nodes: ['shop', 'orders', 'db'].map(node),
    edges: [edge('shop', 'orders'), edge('orders', 'db'), edge('shop', 'db')],
  });
  const [shop, orders, db] = ['shop', 'orders', 'db'].map((name) => nodes.get(name)!);
  expect(shop!.x).toBeLessThan(orders!.x);
  expect(orders!.x).toBeLessThan(db!.x);
  const way = edges.get(edgeKey(edge('shop', 'db')))!;
  expect(way[0]).toEqual({ x: shop!.x + nodeWidth / 2, y: shop!.y });
  expect(way.at(-1)).toEqual({ x: db!.x - nodeWidth / 2, y: db!.y });
});

test('boxes are as wide as the longest name, but not much wider than usual', () => {
  const widthWith = (name: string): number => layOut({ nodes: [node('a'), node(name)], edges: [] }).nodeWidth;
  for (const name of ['ts-gateway-service', 'ts-preserve-other-service', 'recommendationservice']) {
    expect(lettersIn(widthWith(name))).toBeGreaterThanOrEqual(name.length + 2);
  }
  expect(widthWith('b')).toBe(widthWith('shop'));
  expect(widthWith('x'.repeat(200))).toBeLessThan(widthWith('b') * 1.5);
});

test('the order of an answer moves nothing', () => {
  const nodes = ['a', 'b', 'c', 'd'].map(node);
  const edges = [edge('a', 'b'), edge('a', 'c'), edge('c', 'd'), edge('d', 'a')];
  const mixed = { nodes: [...nodes].reverse(), edges: [...edges].reverse() };
  expect(layOut(mixed)).toEqual(layOut({ nodes, edges }));
  expect(shapeOf(mixed)).toBe(shapeOf({ nodes, edges }));
});

test('a service that calls itself, an unknown one, and no service at all are borne', () => {
  expect(layOut({ nodes: [node('a')], edges: [edge('a', 'a'), edge('a', 'gone')] }).edges.size).toBe(0);
  expect(layOut({ nodes: [], edges: [] })).toMatchObject({ width: 0, height: 0 });
});

test('what a service touches is all that leads to it and all that it leads to, also around a circle', () => {
  const edges = [edge('a', 'b'), edge('b', 'c'), edge('c', 'b'), edge('x', 'c'), edge('y', 'z')];
  const touched = touchedBy('b', edges);
  expect([...touched.nodes].sort()).toEqual(['a', 'b', 'c', 'x']);
  expect(touched.edges.has(edgeKey(edge('y', 'z')))).toBe(false);
  expect(touched.edges.has(edgeKey(edge('a', 'b')))).toBe(true);
  expect([...touchedBy('a', edges).nodes].sort()).toEqual(['a', 'b', 'c']);
});
