import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Book } from '../shop/book.ts';
import { BookReader } from './book-reader.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-book-'));
  path = join(folder, 'test.book');
});
afterEach(() => rm(folder, { recursive: true }));

test('a reader gets each fact once, as it comes, and no half of one', async () => {
  const reader = new BookReader<{ n: number }>(path);
  expect(await reader.read()).toEqual([]);
  const book = await Book.open<{ n: number }>(path, () => {});
  await Promise.all([book.append({ n: 1 }), book.append({ n: 2 })]);
  expect(await reader.read()).toEqual([{ n: 1 }, { n: 2 }]);
  await appendFile(path, '{"n":');
  expect(await reader.read()).toEqual([]);
  await book.close();
  await reader.close();
});

test('a book remembers what was appended, and cuts off a line that a crash tore', async () => {
  const book = await Book.open<{ n: number }>(path, () => {});
  await book.append({ n: 1 });
  await book.close();
  await appendFile(path, '{"n": 2');
  const remembered: { n: number }[] = [];
  const again = await Book.open<{ n: number }>(path, (fact) => remembered.push(fact));
  await again.append({ n: 3 });
  await again.close();
  expect(remembered).toEqual([{ n: 1 }]);
  const reader = new BookReader<{ n: number }>(path);
  expect(await reader.read()).toEqual([{ n: 1 }, { n: 3 }]);
  await reader.close();
});
