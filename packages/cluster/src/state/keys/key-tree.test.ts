import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Arena } from '../memory/arena.ts';
import { KeyTree } from './key-tree.ts';
import { keyBytesAt } from './sorted-keys.ts';

/** A tree with its keys, and a sorted list beside it. */
class Trees {
  readonly arena: Arena = new Arena();
  readonly tree: KeyTree = new KeyTree(this.arena);
  readonly model: Map<string, number> = new Map();

  insert(text: string): void {
    const key = Buffer.from(text, 'latin1');
    const found = this.tree.find(key);
    expect(found).toBe(this.model.get(text) ?? 0);
    if (found !== 0) return;
    const address = this.arena.allocate(keyBytesAt + key.length);
    this.arena.words[address >>> 16]![((address & 0xffff) << 2) + 1] = key.length;
    this.arena.bytes[address >>> 16]!.set(key, ((address & 0xffff) << 4) + keyBytesAt);
    this.tree.insert(address, key);
    this.model.set(text, address);
  }

  remove(text: string): void {
    const address = this.tree.find(Buffer.from(text, 'latin1'));
    expect(address).toBe(this.model.get(text) ?? 0);
    if (address === 0) return;
    this.tree.remove();
    this.arena.free(address);
    this.model.delete(text);
  }

  scan(from: string, end: string | undefined): string[] {
    const keys: string[] = [];
    this.tree.scan(
      Buffer.from(from, 'latin1'),
      end === undefined ? undefined : Buffer.from(end, 'latin1'),
      (address) => {
        keys.push(Buffer.from(this.tree.keyAt(address)).toString('latin1'));
        return true;
      },
    );
    return keys;
  }

  expectSame(from: string, end: string | undefined): void {
    const expected = [...this.model.keys()].filter((key) => key >= from && (end === undefined || key < end));
    expect(this.scan(from, end)).toEqual(expected.sort());
    expect(this.tree.count).toBe(this.model.size);
    const [first, last] = [from, end].map((key) =>
      key === undefined ? undefined : Buffer.from(key, 'latin1'),
    );
    expect(this.tree.countRange(first!, last)).toBe(expected.length);
  }
}

const anyKey = fc
  .array(fc.constantFrom('a', 'b', 'c', '\0', '\xff'), { minLength: 1, maxLength: 8 })
  .map((letters) => letters.join(''));

describe('key tree', () => {
  test('finds and scans what a sorted list has, after any insertions and removals', () => {
    const anyStep = fc.record({ remove: fc.boolean(), key: anyKey });
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 600 }), anyKey, fc.option(anyKey), (steps, from, end) => {
        const trees = new Trees();
        for (const { remove, key } of steps) {
          if (remove) trees.remove(key);
          else trees.insert(key);
        }
        trees.expectSame('', undefined);
        trees.expectSame(from, end ?? undefined);
      }),
      { numRuns: 60 },
    );
  });

  test.each([
    ['rising', (index: number) => index],
    ['falling', (index: number) => 30_000 - index],
    ['scattered', (index: number) => (index * 7919) % 30_000],
  ])('holds many levels, filled %s and emptied the other way', (_, order) => {
    const trees = new Trees();
    const name = (index: number): string => `key/${String(order(index)).padStart(8, '0')}`;
    for (let index = 0; index < 30_000; index++) trees.insert(name(index));
    trees.expectSame('key/00010000', 'key/00010100');
    for (let index = 0; index < 30_000; index += 2) trees.remove(name(index));
    trees.expectSame('', undefined);
    for (let index = 29_999; index >= 1; index -= 2) trees.remove(name(index));
    trees.expectSame('', undefined);
    // Every separator has gone back as well.
    expect(trees.arena.reservedBytes).toBeLessThan(1_200_000);
  });

  test('stops where the visitor says', () => {
    const trees = new Trees();
    for (let index = 0; index < 500; index++) trees.insert(`k${String(index).padStart(4, '0')}`);
    let seen = 0;
    trees.tree.scan(Buffer.from('k0100'), undefined, () => ++seen < 7);
    expect(seen).toBe(7);
  });
});
