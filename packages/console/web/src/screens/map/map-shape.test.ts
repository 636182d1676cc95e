import { expect, test } from 'vitest';
import type { MapEdge, MapNode } from '../../api/console-api.ts';
import { shapeOf } from './map-shape.ts';

const node = (name: string) => ({ name }) as MapNode;
const edge = (from: string, to: string) => ({ from, to, kind: 'call' }) as MapEdge;

test('the order of an answer moves nothing', () => {
  const nodes = ['a', 'b', 'c', 'd'].map(node);
  const edges = [edge('a', 'b'), edge('a', 'c'), edge('c', 'd'), edge('d', 'a')];
  expect(shapeOf({ nodes: nodes.toReversed(), edges: edges.toReversed() })).toEqual(
    shapeOf({ nodes, edges }),
  );
});
