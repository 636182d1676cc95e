import { expect, test } from 'vitest';
import { KeySpace } from './key-space.ts';

const noLeases = { attach: () => {}, detach: () => {} };
const key = (index: number): Uint8Array => Buffer.from(`key/${index}`);

function change(keys: KeySpace, act: () => void): void {
  keys.begin();
  act();
  keys.end();
}

test('what is compacted is freed, but for what can be read and what a snapshot holds', () => {
  const keys = new KeySpace(noLeases);
  const value = new Uint8Array(1000);
  for (let round = 0; round < 20; round++) {
    for (let index = 0; index < 1000; index++) change(keys, () => keys.put(key(index), value, 0n));
  }
  for (let index = 0; index < 1000; index++) change(keys, () => keys.deleteKey(keys.index.find(key(index))));
  const full = keys.arena.reservedBytes;
  expect(full).toBeGreaterThan(20_000_000);
  const hold = keys.sweeper.hold(keys.revision);
  // The last deletion can be watched yet; the others cannot.
  keys.compact(keys.revision);
  while (keys.sweeper.sweep()) {}
  expect(keys.sweeper.isDone).toBe(false);
  expect(keys.arena.reservedBytes).toBe(full);
  keys.sweeper.release(hold);
  while (keys.sweeper.sweep()) {}
  expect(keys.sweeper.isDone).toBe(true);
  expect(keys.index.tree.count).toBe(1);
  expect(keys.log.count).toBe(1);
  expect(keys.arena.reservedBytes).toBeLessThan(2_500_000);
  change(keys, () => keys.put(key(1), value, 0n));
  keys.compact(keys.revision);
  while (keys.sweeper.sweep()) {}
  expect(keys.index.tree.count).toBe(1);
  expect(keys.index.find(key(999))).toBe(0);
  expect(keys.versions.keyValue(keys.index.latest(keys.index.find(key(1)))).version).toBe(1);
});

test('sweeps as far as a snapshot has come', () => {
  const keys = new KeySpace(noLeases);
  for (let index = 0; index < 500; index++) change(keys, () => keys.put(key(1), new Uint8Array(10), 0n));
  const hold = keys.sweeper.hold(keys.revision);
  keys.compact(keys.revision);
  while (keys.sweeper.sweep()) {}
  expect(keys.log.count).toBe(500);
  hold.mod = 250;
  while (keys.sweeper.sweep()) {}
  expect(keys.log.count).toBeLessThan(260);
  expect(keys.log.count).toBeGreaterThan(240);
  // What came after the snapshot was taken is not held by it.
  keys.sweeper.release(hold);
  while (keys.sweeper.sweep()) {}
  expect(keys.log.count).toBe(1);
});
