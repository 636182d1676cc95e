import { describe, expect, test } from 'vitest';
import { DiskOrder } from './disk-order.ts';

describe('the order of operations on a disk', () => {
  test('is that of the calls on one file, and no order at all on others', () => {
    const order = new DiskOrder();
    expect(order.add({ kind: 'write', path: 'a' }, 500)).toBe(500);
    expect(order.add({ kind: 'sync', path: 'a' }, 100)).toBe(501);
    expect(order.add({ kind: 'sync', path: 'b' }, 100)).toBe(100);
  });

  test('is that of the calls on the names in one directory', () => {
    const order = new DiskOrder();
    expect(order.add({ kind: 'rename', path: 'd/a', to: 'e/b' }, 300)).toBe(300);
    expect(order.add({ kind: 'sync-directory', path: 'd' }, 1)).toBe(301);
    expect(order.add({ kind: 'sync-directory', path: 'e' }, 1)).toBe(301);
    expect(order.add({ kind: 'remove', path: 'e/b' }, 1)).toBe(302);
    expect(order.add({ kind: 'sync-directory', path: '' }, 1)).toBe(1);
  });

  test('is forgotten where a crash clears it, and of many names when nothing is under way', () => {
    const order = new DiskOrder();
    order.add({ kind: 'write', path: 'a' }, 500);
    order.forget();
    expect(order.add({ kind: 'write', path: 'a' }, 1)).toBe(501);
    order.clear();
    expect(order.add({ kind: 'write', path: 'a' }, 1)).toBe(1);
    for (let file = 0; file < 100; file++) order.add({ kind: 'write', path: `${file}` }, 500);
    order.forget();
    expect(order.add({ kind: 'write', path: '7' }, 1)).toBe(1);
  });
});
