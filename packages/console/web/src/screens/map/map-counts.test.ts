import { expect, test } from 'vitest';
import type { MapNode } from '../../api/console-api.ts';
import { countsOf } from './map-counts.ts';

const nodes = (...kinds: MapNode['kind'][]) => kinds.map((kind) => ({ kind }) as MapNode);

test('it counts as many services as the overview does, and apart from them whom they use', () => {
  expect(countsOf({ nodes: nodes('client', 'service', 'service', 'database'), edges: [] })).toBe(
    '2 services, 2 others, 0 connections',
  );
  expect(countsOf({ nodes: nodes('service'), edges: [] })).toBe('1 service, 0 connections');
});
