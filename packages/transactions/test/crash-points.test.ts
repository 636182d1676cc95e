// Goal: the list of crash points tells the truth. Method: each file that it names is there, and each row's quotations are in the
// files of that row.
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const folders = { 'adapters/': '../../../', 'src/': '../', 'test/': '../' } as const;

/** The files that some text names. */
function filesIn(text: string): URL[] {
  return Array.from(text.matchAll(/`((adapters\/|src\/|test\/)[^`]+\.ts)`/g), ([, path, begin]) => {
    return new URL(folders[begin as keyof typeof folders] + path, import.meta.url);
  });
}

const list = readFileSync(new URL('crash-points.md', import.meta.url), 'utf8');
const rows = list.split('\n').filter((line) => /^\| (?!point)/.test(line));

test('every file that the list names is there', () => {
  const files = filesIn(list);
  expect(files.length).toBeGreaterThan(60);
  expect(files.filter((file) => !existsSync(file)).map(String)).toEqual([]);
});

test.each(rows)('%s', (row) => {
  expect(row).toMatch(/\.ts`|campaign|the same/);
  const texts = filesIn(row).map((file) => readFileSync(file, 'utf8'));
  const quotations = Array.from(row.matchAll(/"([^"]+)"/g), ([, quotation]) => quotation!);
  expect(quotations.filter((quotation) => !texts.some((text) => text.includes(quotation)))).toEqual([]);
});
