import fc from 'fast-check';
import { expect, test } from 'vitest';
import { components } from './components.ts';

test('finds the nodes that lead to each other, and nothing else', () => {
  const nodes = 8;
  const edge = fc.tuple(fc.nat(nodes - 1), fc.nat(nodes - 1));
  fc.assert(
    fc.property(fc.array(edge, { maxLength: 16 }), (edges) => {
      const leads = Array.from({ length: nodes }, (_, a) =>
        Array.from({ length: nodes }, (_, b) => edges.some(([from, to]) => from === a && to === b)),
      );
      for (const k of leads.keys()) {
        for (const a of leads.keys())
          for (const b of leads.keys()) leads[a]![b] ||= leads[a]![k]! && leads[k]![b]!;
      }
      const expected = leads
        .map((row, a) => row.flatMap((_, b) => (a === b || (leads[a]![b] && leads[b]![a]) ? [b] : [])))
        .filter((members, a) => members.length > 1 && members[0] === a);
      const found = components(nodes, (node) => edges.filter(([from]) => from === node).map(([, to]) => to));
      expect(found.sort((a, b) => a[0]! - b[0]!)).toEqual(expected);
    }),
  );
});

test('does not run out of stack', () => {
  const nodes = 100_000;
  expect(components(nodes, (node) => [(node + 1) % nodes])).toHaveLength(1);
});
