import type { Arena } from '../memory/arena.ts';

/** How many keys a leaf holds, and how many children an inner node. */
const leafMax = 64;
const innerMax = 64;
/** A node with fewer joins its neighbour where both fit into one. */
const leafFew: number = leafMax / 4;
const innerFew: number = innerMax / 4;

/** Where a key's bytes begin within its block; the word before has their number. */
export const keyBytesAt = 8;

interface Leaf {
  readonly isLeaf: true;
  readonly keys: Uint32Array;
  count: number;
}

interface Inner {
  readonly isLeaf: false;
  /** Between each two children a block with a key that is above all of the left one's, and not above the right one's. */
  readonly separators: Uint32Array;
  readonly children: TreeNode[];
}

type TreeNode = Leaf | Inner;

/**
 * Keys in the order of their bytes: a B+ tree of the addresses of their blocks in an arena. A block has the length of the
 * key in its second word, and then the key; what else is in it is not this tree's concern.
 */
export class KeyTree {
  private readonly arena: Arena;
  private root: TreeNode = newLeaf();
  private countNow = 0;
  /** The way that `find` went: nodes from the root on, and the child taken in each; in the leaf, the key's place. */
  private readonly path: TreeNode[] = [];
  private readonly places: number[] = [];
  private depth = 0;
  /** How many leading bytes `compare` found equal. */
  private common = 0;

  constructor(arena: Arena) {
    this.arena = arena;
  }

  get count(): number {
    return this.countNow;
  }

  /** The address of `key`, or 0. Remembers its place for `insert` and `remove`. */
  find(key: Uint8Array): number {
    let node = this.root;
    let depth = 0;
    while (!node.isLeaf) {
      const child = this.firstSeparatorAbove(node, key);
      this.path[depth] = node;
      this.places[depth++] = child;
      node = node.children[child]!;
    }
    const place = this.firstNotBelow(node, key);
    this.path[depth] = node;
    this.places[depth] = place;
    this.depth = depth;
    if (place === node.count) return 0;
    const address = node.keys[place]!;
    return this.isKey(address, key) ? address : 0;
  }

  /** Inserts the block of the key that `find` has just looked for, and not found. */
  insert(address: number): void {
    const { depth } = this;
    const leaf = this.path[depth] as Leaf;
    const place = this.places[depth]!;
    this.countNow++;
    if (leaf.count < leafMax) {
      insertInto(leaf, place, address);
      return;
    }
    // A leaf that grows at its end only, as with rising keys, stays full.
    const half = place === leafMax ? leafMax : leafMax / 2;
    const right = newLeaf();
    right.keys.set(leaf.keys.subarray(half, leafMax));
    right.count = leafMax - half;
    leaf.count = half;
    if (place < half || (place === half && right.count > 0 && half < leafMax)) {
      insertInto(leaf, place, address);
    } else {
      insertInto(right, place - half, address);
    }
    this.insertChild(depth - 1, this.copyKey(right.keys[0]!), right);
  }

  /** Removes the key that `find` has just found. Its block is the caller's. */
  remove(): void {
    const { depth } = this;
    const leaf = this.path[depth] as Leaf;
    leaf.keys.copyWithin(this.places[depth]!, this.places[depth]! + 1, leaf.count);
    leaf.count--;
    this.countNow--;
    if (leaf.count < leafFew && depth > 0) this.joinLeaf(depth);
  }

  /**
   * Calls `visit` with the address of each key from `from` on up to and without `end`, all further ones without `end`,
   * until it returns false. The tree must not change meanwhile.
   */
  scan(from: Uint8Array, end: Uint8Array | undefined, visit: (address: number) => boolean): void {
    this.scanNode(this.root, from, end, visit);
  }

  /** The first key of `from` or above, or 0. */
  firstFrom(from: Uint8Array): number {
    let first = 0;
    this.scan(from, undefined, (address) => {
      first = address;
      return false;
    });
    return first;
  }

  /** Addresses of keys in the order of the keys. */
  sorted(addresses: Iterable<number>): number[] {
    const copies = Array.from(addresses, (address) => ({ address, key: this.keyAt(address) }));
    copies.sort((one, other) => this.compare(one.address, other.key));
    return copies.map(({ address }) => address);
  }

  /** A copy of the key at `address`. */
  keyAt(address: number): Uint8Array {
    const at = ((address & 0xffff) << 4) + keyBytesAt;
    return this.arena.bytes[address >>> 16]!.slice(at, at + this.lengthAt(address));
  }

  lengthAt(address: number): number {
    return this.arena.words[address >>> 16]![((address & 0xffff) << 2) + 1]!;
  }

  isKey(address: number, key: Uint8Array): boolean {
    return this.lengthAt(address) === key.length && this.compare(address, key) === 0;
  }

  /** Where the key at `address` stands to `key`: below, equal (0) or above. */
  compare(address: number, key: Uint8Array, from = 0): number {
    const slab = address >>> 16;
    const bytes = this.arena.bytes[slab]!;
    const at = ((address & 0xffff) << 4) + keyBytesAt;
    const length = this.arena.words[slab]![((address & 0xffff) << 2) + 1]!;
    const shorter = length < key.length ? length : key.length;
    for (let index = from; index < shorter; index++) {
      const difference = bytes[at + index]! - key[index]!;
      if (difference !== 0) {
        this.common = index;
        return difference;
      }
    }
    this.common = shorter;
    return length - key.length;
  }

  /** Bytes that both bounds of a search share with the key, all keys between them share: they are not compared again. */
  private firstNotBelow(leaf: Leaf, key: Uint8Array): number {
    const { keys } = leaf;
    let low = 0;
    let high = leaf.count;
    let commonLow = 0;
    let commonHigh = 0;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.compare(keys[middle]!, key, commonLow < commonHigh ? commonLow : commonHigh) < 0) {
        low = middle + 1;
        commonLow = this.common;
      } else {
        high = middle;
        commonHigh = this.common;
      }
    }
    return low;
  }

  private firstSeparatorAbove(inner: Inner, key: Uint8Array): number {
    const { separators } = inner;
    let low = 0;
    let high = inner.children.length - 1;
    let commonLow = 0;
    let commonHigh = 0;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.compare(separators[middle]!, key, commonLow < commonHigh ? commonLow : commonHigh) <= 0) {
        low = middle + 1;
        commonLow = this.common;
      } else {
        high = middle;
        commonHigh = this.common;
      }
    }
    return low;
  }

  private scanNode(
    node: TreeNode,
    from: Uint8Array,
    end: Uint8Array | undefined,
    visit: (address: number) => boolean,
  ): boolean {
    if (!node.isLeaf) {
      for (let child = this.firstSeparatorAbove(node, from); child < node.children.length; child++) {
        if (!this.scanNode(node.children[child]!, from, end, visit)) return false;
      }
      return true;
    }
    const { keys, count } = node;
    // The end is looked for once in a leaf, not at each key.
    const past = end !== undefined && count > 0 && this.compare(keys[count - 1]!, end) >= 0;
    const stop = past ? this.firstNotBelow(node, end) : count;
    for (let place = this.firstNotBelow(node, from); place < stop; place++) {
      if (!visit(keys[place]!)) return false;
    }
    return !past;
  }

  private copyKey(address: number): number {
    const length = this.lengthAt(address);
    const copy = this.arena.allocate(keyBytesAt + length);
    this.arena.words[copy >>> 16]![((copy & 0xffff) << 2) + 1] = length;
    const at = ((address & 0xffff) << 4) + keyBytesAt;
    this.arena.bytes[copy >>> 16]!.set(
      this.arena.bytes[address >>> 16]!.subarray(at, at + length),
      ((copy & 0xffff) << 4) + keyBytesAt,
    );
    return copy;
  }

  /** Puts `child` to the right of the one that `path` takes at `depth`; at -1 the tree grows. */
  private insertChild(depth: number, separator: number, child: TreeNode): void {
    if (depth < 0) {
      const root = newInner();
      root.children.push(this.root, child);
      root.separators[0] = separator;
      this.root = root;
      return;
    }
    const inner = this.path[depth] as Inner;
    const place = this.places[depth]!;
    if (inner.children.length === innerMax) {
      const half = innerMax / 2;
      const right = newInner();
      const between = inner.separators[half - 1]!;
      right.separators.set(inner.separators.subarray(half, innerMax - 1));
      right.children.push(...inner.children.splice(half));
      if (place < half) insertSeparated(inner, place, separator, child);
      else insertSeparated(right, place - half, separator, child);
      this.insertChild(depth - 1, between, right);
    } else {
      insertSeparated(inner, place, separator, child);
    }
  }

  private joinLeaf(depth: number): void {
    const parent = this.path[depth - 1] as Inner;
    const place = this.places[depth - 1]!;
    const left = place > 0 ? place - 1 : place;
    if (left + 1 >= parent.children.length) return;
    const one = parent.children[left] as Leaf;
    const other = parent.children[left + 1] as Leaf;
    if (one.count + other.count > (leafMax * 3) / 4) return;
    one.keys.set(other.keys.subarray(0, other.count), one.count);
    one.count += other.count;
    this.removeChild(depth - 1, left + 1);
  }

  private removeChild(depth: number, place: number): void {
    const inner = this.path[depth] as Inner;
    this.arena.free(inner.separators[place - 1]!);
    inner.separators.copyWithin(place - 1, place, inner.children.length - 1);
    inner.children.splice(place, 1);
    if (depth === 0) {
      if (inner.children.length === 1) this.root = inner.children[0]!;
    } else if (inner.children.length < innerFew) {
      this.joinInner(depth);
    }
  }

  private joinInner(depth: number): void {
    const parent = this.path[depth - 1] as Inner;
    const place = this.places[depth - 1]!;
    const left = place > 0 ? place - 1 : place;
    if (left + 1 >= parent.children.length) return;
    const one = parent.children[left] as Inner;
    const other = parent.children[left + 1] as Inner;
    if (one.children.length + other.children.length > (innerMax * 3) / 4) return;
    // What stood between them in the parent stands between their children now; the parent frees its own copy of it.
    const count = one.children.length;
    one.separators[count - 1] = this.copyKey(parent.separators[left]!);
    one.separators.set(other.separators.subarray(0, other.children.length - 1), count);
    one.children.push(...other.children);
    this.removeChild(depth - 1, left + 1);
  }
}

function newLeaf(): Leaf {
  return { isLeaf: true, keys: new Uint32Array(leafMax), count: 0 };
}

function newInner(): Inner {
  return { isLeaf: false, separators: new Uint32Array(innerMax - 1), children: [] };
}

function insertInto(leaf: Leaf, place: number, address: number): void {
  leaf.keys.copyWithin(place + 1, place, leaf.count);
  leaf.keys[place] = address;
  leaf.count++;
}

function insertSeparated(inner: Inner, place: number, separator: number, child: TreeNode): void {
  inner.separators.copyWithin(place + 1, place, inner.children.length - 1);
  inner.separators[place] = separator;
  inner.children.splice(place + 1, 0, child);
}
