import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LatestFile } from './latest-file.ts';
import { readWhole } from './whole-file.ts';

test('of many values the newest is what the file holds, and nothing is left beside it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-latest-file-'));
  const path = join(folder, 'history.json');
  expect(await readWhole(path)).toBeUndefined();
  const file = new LatestFile(path, (error) => expect.fail(String(error)));
  for (let value = 0; value <= 20; value++) file.put({ value });
  await file.settled();
  expect(await readWhole(path)).toEqual({ value: 20 });
  file.put({ value: 21 });
  await file.settled();
  expect(await readWhole(path)).toEqual({ value: 21 });
  expect(await readdir(folder)).toEqual(['history.json']);
  await rm(folder, { recursive: true });
});

test('a value that cannot be written is told of, and hinders none after it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-latest-file-'));
  const troubles: unknown[] = [];
  const file = new LatestFile(join(folder, 'missing', 'history.json'), (error) => troubles.push(error));
  file.put(1);
  await file.settled();
  file.put(2);
  await file.settled();
  expect(troubles).toHaveLength(2);
  await rm(folder, { recursive: true });
});
