import { expect, test } from 'vitest';
import type { FlameView } from '../../api/console-api.ts';
import { flameSentence } from './flame-sentence.ts';

const node = (parent: number, operation: string, total: number, self: number, base?: [number, number]) => ({
  parent,
  service: 'shop',
  operation,
  total,
  self,
  presence: 1,
  baseTotal: base?.[0],
  baseSelf: base?.[1],
});
const view = (rest: Partial<FlameView>): FlameView => ({
  from: 0,
  to: 1,
  traces: 120,
  baseTraces: undefined,
  nodes: [node(-1, 'checkout', 100, 20), node(0, 'charge', 80, 80)],
  changes: [],
  ...rest,
});

test('it names what takes most of the time', () => {
  expect(flameSentence(view({}))).toBe('120 traces, 100 ms each; most in charge of shop, 80 ms (80%).');
});

test('an operation that stands in several places is one', () => {
  const nodes = [
    node(-1, 'checkout', 100, 0),
    node(0, 'price', 55, 25),
    node(1, 'look up', 30, 30),
    node(0, 'stock', 45, 20),
    node(3, 'price', 25, 25),
  ];
  expect(flameSentence(view({ nodes }))).toContain('most in price of shop, 50 ms (50%)');
});

test('compared, it names what changed most', () => {
  const compared = view({
    baseTraces: 90,
    nodes: [node(-1, 'checkout', 100, 20, [40, 20]), node(0, 'charge', 80, 80, [20, 20])],
    changes: [{ service: 'shop', operation: 'charge', self: 80, baseSelf: 20 }],
  });
  expect(flameSentence(compared)).toBe(
    '120 traces, 100 ms each, 40 ms before; charge of shop got 60 ms slower.',
  );
});

test('where nothing changed, and where there is nothing, it says so', () => {
  const same = view({ baseTraces: 90, nodes: [node(-1, 'checkout', 100, 100, [100, 100])] });
  expect(flameSentence(same)).toContain('no difference');
  expect(flameSentence(view({ traces: 0, nodes: [] }))).toBe('No trace matches in this window.');
  expect(flameSentence(view({ baseTraces: 0 }))).toContain('none in the window to compare with');
});
