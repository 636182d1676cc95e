import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scanImports } from './scan-imports.ts';

const found = (source: string): string[] =>
  scanImports(source).map(({ specifier, kind, line }) => `${line} ${kind} ${specifier}`);

test.each([
  ["import './side-effect.js';", ['1 static ./side-effect.js']],
  ['import a, { b as c, d } from \'x\'\nimport * as e from "y"', ['1 static x', '2 static y']],
  [
    "import type { A } from 'x'; import type B from 'y'; import type from 'z';",
    ['1 type x', '1 type y', '1 static z'],
  ],
  ["import { type A, type B as C } from 'x'; import { type A, b } from 'y';", ['1 type x', '1 static y']],
  ["import { type, type as t } from 'x'; import d, { type A } from 'y';", ['1 static x', '1 static y']],
  [
    "export { a } from 'x'; export * from 'y'; export * as n from 'z'; export type { T } from 't';",
    ['1 static x', '1 static y', '1 static z', '1 type t'],
  ],
  ["export const from = 'x'; export { from }; const c = { import: 'y' };", []],
  [
    "const a = await import('x'); const b = import(`y`); import.meta.url; import(name);",
    ['1 dynamic x', '1 dynamic y'],
  ],
  [
    "const a = require('x'); require.resolve('y'); other.require('z'); import b = require('w');",
    ['1 require x', '1 require y', '1 require w'],
  ],
  ["new Worker(new URL('./worker.ts', import.meta.url)); new URL('./not', base);", ['1 url ./worker.ts']],
  ["import data from './data.json' with { type: 'json' };", ['1 static ./data.json']],
  ["import { 'string name' as s } from 'x';", ['1 static x']],
])('%s', (source, imports) => {
  expect(found(source)).toEqual(imports);
});

test('what looks like an import in a comment, a text, a template or a regular expression is none', () => {
  expect(
    found(`#!/usr/bin/env node
    // import 'a'
    /* import 'b'
       export * from 'c' */
    const text = "import 'd'" + 'require("e")';
    const template = \`import 'f' \${ require('g') } \${ \`\${ { a: require('h') } }\` } require('i')\`;
    const regex = /import 'j'[/"]/.test(x) ? 1 / 2 : a / require('k') / 2;
    `),
  ).toEqual(['6 require g', '6 require h', '7 require k']);
});

test('JSX with apostrophes and slashes does not confuse it', () => {
  expect(
    found(`import { h } from 'preact';
    export const page = () => <p class="it's">Don't <a href='/x'>go</a> / stay</p>;
    export const more = () => import('./more.tsx');
    `),
  ).toEqual(['1 static preact', '3 dynamic ./more.tsx']);
});

test('it reads anything to its end', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.constantFrom('import', 'from', '{', '}', '`', '${', '/', '"', "'", '\\', '\n', 'x', '(', '*', ' '),
      ),
      (parts) => {
        scanImports(parts.join(''));
      },
    ),
  );
});
