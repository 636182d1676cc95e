import { expect, test } from 'vitest';
import type { Fate } from './fate.ts';
import { StoredFile } from './stored-file.ts';

const lost: Fate = { outcome: 'lost', bits: 0 };
const kept: Fate = { outcome: 'kept', bits: 0 };

function bytes(length: number, value: number): Uint8Array {
  return new Uint8Array(length).fill(value);
}

test('a write that survives in a sector keeps the earlier ones there, as the cache had them', () => {
  const file = new StoredFile(512);
  file.write(0, bytes(100, 1));
  file.write(100, bytes(100, 2));
  file.write(1_024, bytes(100, 3));
  file.crash([lost, kept, lost]);
  expect(file.cached.read(0, 1_000)).toEqual(Uint8Array.from([...bytes(100, 1), ...bytes(100, 2)]));
});

test('a later write to the sector takes along what a failed flush has lost', () => {
  const file = new StoredFile(512);
  file.write(0, bytes(100, 1));
  file.write(512, bytes(100, 1));
  file.failSync([lost, lost]);
  file.write(100, bytes(100, 2));
  file.sync();
  file.crash([]);
  expect(file.cached.read(0, 1_000)).toEqual(
    Uint8Array.from([...bytes(100, 1), ...bytes(100, 2), ...bytes(412, 0)]),
  );
});

test('of too many unsynced changes the oldest become durable by themselves', () => {
  const file = new StoredFile(512);
  for (let index = 0; index < 3_000; index++) file.write(index * 512, bytes(512, 1));
  file.crash(file.unsynced.map(() => lost));
  expect(file.cached.size).toBe((3_000 - 1_024) * 512);
});

test('a bit does not rot where something else was written over it', () => {
  const file = new StoredFile(512);
  file.write(0, bytes(512, 1), 8, [0]);
  file.write(0, bytes(2, 2));
  file.sync();
  expect(file.cached.read(0, 3)).toEqual(Uint8Array.from([2, 2, 1]));
  file.write(0, bytes(512, 1), 8, [0]);
  file.truncate(1);
  file.sync();
  file.truncate(3);
  expect(file.cached.read(0, 3)).toEqual(Uint8Array.from([1, 0, 0]));
});
