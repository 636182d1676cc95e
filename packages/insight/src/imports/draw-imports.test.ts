import { expect, test } from 'vitest';
import { drawImports } from './draw-imports.ts';
import { importGraph } from './import-graph.ts';

const texts: Record<string, string> = {
  'app/page/view.ts': "import '../data/store.ts'; import '../data/cache.ts'; import './style.ts';",
  'app/page/style.ts': '',
  'app/data/store.ts': "import './cache.ts';",
  'app/data/cache.ts': '',
};
const graph = importGraph({ paths: new Set(Object.keys(texts)), text: (path) => texts[path]! });

test('each file is drawn, or folders with what passes between them', () => {
  expect(drawImports(graph).edges.length).toBe(4);
  expect(drawImports(graph, 2)).toEqual({
    nodes: ['app/data', 'app/page'],
    edges: [{ from: 'app/page', to: 'app/data', count: 2 }],
  });
});
