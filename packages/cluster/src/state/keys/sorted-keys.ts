import type { Arena } from '../memory/arena.ts';

/** Where a key's bytes begin within its block; the word before has their number. */
export const keyBytesAt = 8;

/**
 * The sorted keys of one node of the tree: addresses of their blocks. All of them begin with the same `skip` bytes; the
 * four bytes after those stand beside the addresses, so that a search looks at few blocks but the one it is after. Cache
 * misses are what a search costs.
 */
export class SortedKeys {
  readonly addresses: Uint32Array;
  count = 0;
  private readonly arena: Arena;
  private readonly heads: Uint32Array;
  private skip = 0;

  constructor(arena: Arena, capacity: number) {
    this.arena = arena;
    this.addresses = new Uint32Array(capacity);
    this.heads = new Uint32Array(capacity);
  }

  /** How many keys are below `key`; with `orEqual`, also one that is equal. */
  countBelow(key: Uint8Array, orEqual: boolean): number {
    const { addresses, heads, skip, count } = this;
    if (count === 0) return 0;
    const order = comparePrefix(this.arena, addresses[0]!, key, skip);
    if (order !== 0) return order < 0 ? count : 0;
    const head = headOf(key, skip);
    let low = 0;
    let high = count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const here = heads[middle]!;
      let isBelow = here < head;
      if (here === head) {
        const difference = compareKeys(this.arena, addresses[middle]!, key, skip);
        isBelow = difference < 0 || (orEqual && difference === 0);
      }
      if (isBelow) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Inserts `address`, the block of `key`, at its place. */
  insert(place: number, address: number, key: Uint8Array): void {
    const { addresses, heads, count } = this;
    addresses.copyWithin(place + 1, place, count);
    heads.copyWithin(place + 1, place, count);
    addresses[place] = address;
    this.count++;
    if (count > 0 && comparePrefix(this.arena, addresses[place === 0 ? 1 : 0]!, key, this.skip) === 0) {
      heads[place] = headOf(key, this.skip);
    } else {
      this.measure();
    }
  }

  remove(place: number): void {
    this.addresses.copyWithin(place, place + 1, this.count);
    this.heads.copyWithin(place, place + 1, this.count);
    this.count--;
  }

  /** Moves the keys from `place` on into `right`, which is empty. */
  splitInto(right: SortedKeys, place: number): void {
    right.addresses.set(this.addresses.subarray(place, this.count));
    right.count = this.count - place;
    this.count = place;
    this.measure();
    right.measure();
  }

  /** Appends all keys of `other`, which are above those here. */
  append(other: SortedKeys): void {
    this.addresses.set(other.addresses.subarray(0, other.count), this.count);
    this.count += other.count;
    this.measure();
  }

  /** Appends one key, which is above those here. */
  push(address: number): void {
    this.addresses[this.count++] = address;
    this.measure();
  }

  /** Finds anew what the keys have in common, and what comes after it. */
  private measure(): void {
    const { arena, addresses, heads, count } = this;
    if (count === 0) return;
    this.skip = commonLength(arena, addresses[0]!, addresses[count - 1]!);
    for (let place = 0; place < count; place++) heads[place] = headAt(arena, addresses[place]!, this.skip);
  }
}

/** Where the key at `address` stands to `key`: below, equal (0) or above. Their first `from` bytes are the same. */
export function compareKeys(arena: Arena, address: number, key: Uint8Array, from = 0): number {
  const slab = address >>> 16;
  const bytes = arena.bytes[slab]!;
  const at = ((address & 0xffff) << 4) + keyBytesAt;
  const length = arena.words[slab]![((address & 0xffff) << 2) + 1]!;
  const shorter = length < key.length ? length : key.length;
  for (let index = from; index < shorter; index++) {
    const difference = bytes[at + index]! - key[index]!;
    if (difference !== 0) return difference;
  }
  return length - key.length;
}

/** The same for their first `length` bytes, of which the key at `address` has as many. */
function comparePrefix(arena: Arena, address: number, key: Uint8Array, length: number): number {
  const bytes = arena.bytes[address >>> 16]!;
  const at = ((address & 0xffff) << 4) + keyBytesAt;
  const shorter = key.length < length ? key.length : length;
  for (let index = 0; index < shorter; index++) {
    const difference = bytes[at + index]! - key[index]!;
    if (difference !== 0) return difference;
  }
  return length - shorter;
}

function commonLength(arena: Arena, one: number, other: number): number {
  const bytes = arena.bytes[one >>> 16]!;
  const otherBytes = arena.bytes[other >>> 16]!;
  const at = ((one & 0xffff) << 4) + keyBytesAt;
  const otherAt = ((other & 0xffff) << 4) + keyBytesAt;
  const shorter = Math.min(lengthAt(arena, one), lengthAt(arena, other));
  let common = 0;
  while (common < shorter && bytes[at + common] === otherBytes[otherAt + common]) common++;
  return common;
}

/** Four bytes from `from` on as a number; those beyond the end are zeros. */
function headOf(key: Uint8Array, from: number): number {
  let head = 0;
  for (let index = from; index < from + 4; index++) head = (head << 8) | (key[index] ?? 0);
  return head >>> 0;
}

function headAt(arena: Arena, address: number, from: number): number {
  const bytes = arena.bytes[address >>> 16]!;
  const at = ((address & 0xffff) << 4) + keyBytesAt;
  const length = lengthAt(arena, address);
  let head = 0;
  for (let index = from; index < from + 4; index++) {
    head = (head << 8) | (index < length ? bytes[at + index]! : 0);
  }
  return head >>> 0;
}

export function lengthAt(arena: Arena, address: number): number {
  return arena.words[address >>> 16]![((address & 0xffff) << 2) + 1]!;
}
