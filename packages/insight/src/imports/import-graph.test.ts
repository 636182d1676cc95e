import { describe, expect, test } from 'vitest';
import { importGraph } from './import-graph.ts';
import { ImportResolver } from './import-resolver.ts';
import type { SourceTree } from './source-tree.ts';

function treeOf(files: Readonly<Record<string, string | object>>): SourceTree {
  const text = (path: string): string => {
    const content = files[path]!;
    return typeof content === 'string' ? content : JSON.stringify(content);
  };
  return { paths: new Set(Object.keys(files)), text };
}

describe('a name means', () => {
  const tree = treeOf({
    'package.json': { name: 'root' },
    'tsconfig.json': '{ // aliases\n "extends": "./tsconfig.base", "compilerOptions": {}, }',
    'tsconfig.base.json': {
      compilerOptions: { paths: { '@/*': ['./app/*'], '@/special': ['./app/exact.ts'] } },
    },
    'app/main.ts': '',
    'app/exact.ts': '',
    'app/view.tsx': '',
    'app/folder/index.js': '',
    'app/data.json': '',
    'packages/kit/package.json': {
      name: '@acme/kit',
      exports: {
        '.': { types: './dist/index.d.ts', default: './dist/index.js' },
        './parts/*': './dist/parts/*.js',
        './hidden': null,
      },
      imports: { '#inner/*': './src/inner/*.ts' },
    },
    'packages/kit/tsconfig.json': { compilerOptions: { outDir: 'dist', rootDir: 'src' } },
    'packages/kit/src/index.ts': '',
    'packages/kit/src/parts/wheel.ts': '',
    'packages/kit/src/inner/core.ts': '',
    'packages/old/package.json': { name: 'old', main: 'lib/start' },
    'packages/old/lib/start.cjs': '',
    'packages/old/lib/other.js': '',
  });
  const resolver = new ImportResolver(tree);

  test.each([
    ['app/main.ts', './view', 'app/view.tsx'],
    ['app/main.ts', './view.js', 'app/view.tsx'],
    ['app/main.ts', './exact.ts', 'app/exact.ts'],
    ['app/main.ts', './folder', 'app/folder/index.js'],
    ['app/main.ts', './data.json', 'app/data.json'],
    ['app/main.ts', './view?raw', 'app/view.tsx'],
    ['app/main.ts', '../../outside', undefined],
    ['app/main.ts', '@/folder/index.js', 'app/folder/index.js'],
    ['app/main.ts', '@/special', 'app/exact.ts'],
    ['app/main.ts', '@acme/kit', 'packages/kit/src/index.ts'],
    ['app/main.ts', '@acme/kit/parts/wheel', 'packages/kit/src/parts/wheel.ts'],
    ['app/main.ts', '@acme/kit/hidden', undefined],
    ['app/main.ts', '@acme/kit/parts/none', undefined],
    ['packages/kit/src/index.ts', '#inner/core', 'packages/kit/src/inner/core.ts'],
    ['app/main.ts', 'old', 'packages/old/lib/start.cjs'],
    ['app/main.ts', 'old/lib/other', 'packages/old/lib/other.js'],
  ])('from %s, %s: %s', (importer, name, path) => {
    const expected = path === undefined ? { kind: 'unresolved' } : { kind: 'file', path };
    expect(resolver.resolve(importer, name)).toEqual(expected);
  });

  test('a folder, or the source of what is compiled into one', () => {
    expect(resolver.resolve('app/folder/index.js', '..')).toEqual({ kind: 'folder', path: 'app' });
    expect(resolver.resolve('app/main.ts', '../packages/kit/dist/index.js')).toEqual({
      kind: 'file',
      path: 'packages/kit/src/index.ts',
    });
  });

  test.each([
    ['fs', 'node:fs'],
    ['fs/promises', 'node:fs/promises'],
    ['node:net', 'node:net'],
    ['preact/hooks', 'preact'],
    ['@scope/thing/deep', '@scope/thing'],
  ])('a package from outside: %s', (name, found) => {
    expect(resolver.resolve('app/main.ts', name)).toEqual({ kind: 'package', name: found });
  });
});

describe('of a code base', () => {
  const graph = importGraph(
    treeOf({
      'package.json': { name: 'shop', main: 'src/main.ts', scripts: { build: 'node tools/build.mjs --all' } },
      'src/main.ts':
        "import { a } from './a.ts';\nimport 'left-pad';\nimport './missing.ts';\nvoid import('./lazy.ts');",
      'src/a.ts': "import { b } from './b.ts'; export const a = b;",
      'src/b.ts': "import { c } from './c.ts'; export const b = c;",
      'src/c.ts':
        "import { a } from './a.ts'; import type { T } from './types.ts'; export const c = () => a;",
      'src/types.ts': "import type { c } from './c.ts'; export type T = typeof c;",
      'src/lazy.ts': "import { a } from './main.ts';",
      'src/forgotten.ts': "import './only-by-forgotten.ts';",
      'src/only-by-forgotten.ts': '',
      'src/main.test.ts': "import './main.ts'; import './helper.ts';",
      'src/helper.ts': '',
      'tools/build.mjs': "import fs from 'fs';",
      'worker/main.js': "new Worker(new URL('./thread.js', import.meta.url))",
      'worker/thread.js': "const pages = new URL('./pages/', import.meta.url);",
      'worker/pages/first.js': '',
    }),
    { entries: ['worker'] },
  );

  test('circles of what is loaded at once are found, and a shortest way around; types and late imports make none', () => {
    expect(graph.cycles).toEqual([
      { way: ['src/a.ts', 'src/b.ts', 'src/c.ts'], files: ['src/a.ts', 'src/b.ts', 'src/c.ts'] },
    ]);
  });

  test('files that no manifest, test, script or entry leads to are unused', () => {
    expect(graph.unused).toEqual(['src/forgotten.ts', 'src/only-by-forgotten.ts']);
  });

  test('what cannot be found is told with its place, and packages with how many import them', () => {
    expect(graph.unresolved).toEqual([{ from: 'src/main.ts', specifier: './missing.ts', line: 3 }]);
    expect([...graph.packages]).toEqual([
      ['left-pad', 1],
      ['node:fs', 1],
    ]);
  });
});
