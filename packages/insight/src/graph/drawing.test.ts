import { expect, test } from 'vitest';
import { toDot, toMermaid } from './drawing.ts';

const drawing = {
  nodes: ['shop', 'stock "A"'],
  edges: [
    { from: 'shop', to: 'stock "A"', count: 2 },
    { from: 'stock "A"', to: 'shop', count: 1 },
  ],
};

test('for Graphviz', () => {
  expect(toDot(drawing).split('\n').slice(3)).toEqual([
    '  "shop";',
    '  "stock \\"A\\"";',
    '  "shop" -> "stock \\"A\\"" [label=2];',
    '  "stock \\"A\\"" -> "shop";',
    '}',
  ]);
});

test('for Mermaid', () => {
  expect(toMermaid(drawing).split('\n')).toEqual([
    'flowchart LR',
    '  n0["shop"]',
    '  n1["stock #quot;A#quot;"]',
    '  n0 -->|2| n1',
    '  n1 --> n0',
  ]);
});
