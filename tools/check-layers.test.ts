// Goal: no arrow that the architecture forbids passes unseen. Method: a sound little workspace in a temporary
// folder, into which each test plants one violation.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { check } from './check-layers.ts';

let root: string;

function write(path: string, content: string | object): void {
  const target = join(root, path);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, typeof content === 'string' ? content : JSON.stringify(content));
}

function writePackage(folder: string, name: string, dependencies: string[] = [], more: object = {}): void {
  write(`${folder}/package.json`, {
    name,
    exports: { '.': './dist/index.js', './node': './dist/node.js' },
    dependencies: Object.fromEntries(dependencies.map((dependency) => [dependency, '0.1.0'])),
    ...more,
  });
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'holdfast-layers-'));
  write('package.json', { name: 'root', workspaces: ['packages/*', 'adapters/*', 'showcase'] });
  writePackage('packages/core', '@holdfast/core');
  write('packages/core/src/index.ts', `export { a } from './a.ts';`);
  write('packages/core/src/a.ts', `export const a = 1; // import '@holdfast/resilience'`);
  writePackage('packages/simulation', '@holdfast/simulation', ['@holdfast/core']);
  write('packages/simulation/src/index.ts', `export type { a } from '@holdfast/core';`);
  writePackage('packages/resilience', '@holdfast/resilience', ['@holdfast/core'], {
    devDependencies: { '@holdfast/simulation': '0.1.0' },
  });
  write('packages/resilience/src/index.ts', `import { a } from '@holdfast/core'; export const b = a;`);
  write('packages/resilience/src/b.test.ts', `import '@holdfast/simulation'; import './index.ts';`);
  writePackage('adapters/redis', '@holdfast/redis', ['@holdfast/core', 'ioredis']);
  write('adapters/redis/src/index.ts', `import '@holdfast/core/node'; import 'ioredis';`);
  writePackage('showcase', '@holdfast/showcase', ['@holdfast/redis', '@holdfast/resilience']);
  write('showcase/src/main.ts', `import '@holdfast/redis'; await import('@holdfast/resilience');`);
});

afterEach(() => rmSync(root, { recursive: true }));

test('a workspace whose arrows all point the right way has no problem', () => {
  expect(check(root)).toEqual({ facts: ['9 imports in 7 files of 5 packages'], problems: [] });
});

test('types of one package may refer to each other', () => {
  write(
    'packages/core/src/a.ts',
    `import type { x } from './index.ts'; export type { y } from './index.ts';`,
  );
  write('packages/core/src/b.ts', `export type A = import('./index.ts').A;`);
  write('packages/core/src/index.ts', `export { a } from './a.ts'; export { type A } from './b.ts';`);
  expect(check(root).problems).toEqual([]);
});

describe('each violation is reported with its place', () => {
  const violations: [name: string, plant: () => void, problem: string | RegExp][] = [
    [
      'an import of a later room',
      () => {
        writePackage('packages/simulation', '@holdfast/simulation', [
          '@holdfast/core',
          '@holdfast/resilience',
        ]);
        write('packages/simulation/src/index.ts', `\n\nimport { b } from '@holdfast/resilience';`);
      },
      `packages/simulation/src/index.ts:3 imports '@holdfast/resilience': the room 'resilience' stands after 'simulation'`,
    ],
    [
      'an import of no more than a type of a later room',
      () => {
        writePackage('packages/core', '@holdfast/core', ['@holdfast/resilience']);
        write('packages/core/src/a.ts', `export type B = import('@holdfast/resilience').B;`);
      },
      `packages/core/src/a.ts:1 imports '@holdfast/resilience': the room 'resilience' stands after 'core'`,
    ],
    [
      'a cycle between packages',
      () => {
        writePackage('packages/core', '@holdfast/core', ['@holdfast/resilience']);
        write('packages/core/src/a.ts', `import type { b } from '@holdfast/resilience';`);
      },
      /^cycle: packages\/core -> packages\/resilience -> packages\/core$/,
    ],
    [
      'a cycle between files',
      () => write('packages/core/src/a.ts', `import { x } from './index.ts'; export const a = x;`),
      'cycle: packages/core/src/a.ts -> packages/core/src/index.ts -> packages/core/src/a.ts',
    ],
    [
      'a cycle between files of which one is loaded later',
      () => write('packages/core/src/a.ts', `export const a = () => import('./index.ts');`),
      'cycle: packages/core/src/a.ts -> packages/core/src/index.ts -> packages/core/src/a.ts',
    ],
    [
      'a re-export of a later room',
      () => write('packages/core/src/a.ts', `export * from '@holdfast/resilience';`),
      `packages/core/src/a.ts:1 imports '@holdfast/resilience': the room 'resilience' stands after 'core'`,
    ],
    [
      'a path into another package',
      () => write('packages/resilience/src/b.ts', `import '../../core/src/a.ts';`),
      `packages/resilience/src/b.ts:1 imports '../../core/src/a.ts': it lies outside packages/resilience; ` +
        `import a public entry by the package's name`,
    ],
    [
      'internals of another package by its name',
      () => write('packages/resilience/src/b.ts', `export * from '@holdfast/core/src/a.ts';`),
      `packages/resilience/src/b.ts:1 imports '@holdfast/core/src/a.ts': not a public entry; ` +
        'packages/core/package.json exports ., ./node',
    ],
    [
      'an adapter in a room',
      () => {
        writePackage('packages/resilience', '@holdfast/resilience', ['@holdfast/redis'], {
          devDependencies: { '@holdfast/simulation': '0.1.0' },
        });
        write('packages/resilience/src/index.ts', `await import('@holdfast/redis');`);
      },
      `packages/resilience/src/index.ts:1 imports '@holdfast/redis': a room imports no adapter`,
    ],
    [
      'an undeclared package',
      () =>
        writePackage('packages/resilience', '@holdfast/resilience', [], {
          devDependencies: { '@holdfast/simulation': '0.1.0' },
        }),
      `packages/resilience/src/index.ts:1 imports '@holdfast/core': ` +
        `packages/resilience/package.json does not declare '@holdfast/core'`,
    ],
    [
      'simulation outside a test',
      () => {
        writePackage('packages/resilience', '@holdfast/resilience', [
          '@holdfast/core',
          '@holdfast/simulation',
        ]);
        write('packages/resilience/src/b.ts', `import '@holdfast/simulation';`);
      },
      `packages/resilience/src/b.ts:1 imports '@holdfast/simulation': only tests and test kits import 'simulation'`,
    ],
    [
      'a third-party dependency of a room that must have none',
      () => writePackage('packages/core', '@holdfast/core', ['lodash']),
      `packages/core/package.json depends on 'lodash', but this room has no third-party dependency`,
    ],
    [
      'a package that is no room',
      () => writePackage('packages/utils', '@holdfast/utils'),
      'packages/utils is no room of the architecture',
    ],
    [
      'an application in an adapter',
      () => {
        writePackage('adapters/redis', '@holdfast/redis', ['@holdfast/showcase']);
        write('adapters/redis/src/index.ts', `import '@holdfast/showcase';`);
        writePackage('showcase', '@holdfast/showcase', []);
        write('showcase/src/main.ts', '');
      },
      `adapters/redis/src/index.ts:1 imports '@holdfast/showcase': an adapter imports nothing but rooms`,
    ],
  ];

  test.each(violations)('%s', (_name, plant, problem) => {
    plant();
    const { problems } = check(root);
    if (typeof problem === 'string') expect(problems).toContain(problem);
    else expect(problems).toContainEqual(expect.stringMatching(problem));
  });
});
