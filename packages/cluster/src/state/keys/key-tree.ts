import type { Arena } from '../memory/arena.ts';
import { compareKeys, keyBytesAt, lengthAt, SortedKeys } from './sorted-keys.ts';

/** How many keys a leaf holds, and how many children an inner node. */
const leafMax = 256;
const innerMax = 128;
/** A node with fewer joins its neighbour where both fit into one. */
const leafFew: number = leafMax / 4;
const innerFew: number = innerMax / 4;

interface Leaf {
  readonly isLeaf: true;
  readonly keys: SortedKeys;
}

interface Inner {
  readonly isLeaf: false;
  /** Between each two children a key that is above all of the left one's, and not above the right one's: blocks of its own. */
  readonly keys: SortedKeys;
  readonly children: TreeNode[];
}

type TreeNode = Leaf | Inner;

/**
 * Keys in the order of their bytes: a B+ tree of the addresses of their blocks in an arena. A block has the length of the
 * key in its second word, and then the key; what else is in it is not this tree's concern.
 */
export class KeyTree {
  private readonly arena: Arena;
  private root: TreeNode;
  private countNow = 0;
  /** The way that `find` went: nodes from the root on, and the child taken in each; in the leaf, the key's place. */
  private readonly path: TreeNode[] = [];
  private readonly places: number[] = [];
  private depth = 0;

  constructor(arena: Arena) {
    this.arena = arena;
    this.root = this.newLeaf();
  }

  get count(): number {
    return this.countNow;
  }

  /** The address of `key`, or 0. Remembers its place for `insert` and `remove`. */
  find(key: Uint8Array): number {
    let node = this.root;
    let depth = 0;
    while (!node.isLeaf) {
      const child = node.keys.countBelow(key, true);
      this.path[depth] = node;
      this.places[depth++] = child;
      node = node.children[child]!;
    }
    const { keys } = node;
    const place = keys.countBelow(key, false);
    this.path[depth] = node;
    this.places[depth] = place;
    this.depth = depth;
    if (place === keys.count) return 0;
    const address = keys.addresses[place]!;
    return this.isKey(address, key) ? address : 0;
  }

  /** Inserts the block of the key that `find` has just looked for, and not found. */
  insert(address: number, key: Uint8Array): void {
    const { depth } = this;
    const { keys } = this.path[depth] as Leaf;
    const place = this.places[depth]!;
    this.countNow++;
    if (keys.count < leafMax) {
      keys.insert(place, address, key);
      return;
    }
    // A leaf that grows at its end only, as with rising keys, stays full.
    const half = place === leafMax ? leafMax : leafMax / 2;
    const right = this.newLeaf();
    keys.splitInto(right.keys, half);
    if (place <= half && half < leafMax) keys.insert(place, address, key);
    else right.keys.insert(place - half, address, key);
    this.insertChild(depth - 1, this.copyKey(right.keys.addresses[0]!), right);
  }

  /** Removes the key that `find` has just found. Its block is the caller's. */
  remove(): void {
    const { depth } = this;
    const { keys } = this.path[depth] as Leaf;
    keys.remove(this.places[depth]!);
    this.countNow--;
    if (keys.count < leafFew && depth > 0) this.joinLeaf(depth);
  }

  /**
   * Calls `visit` with the address of each key from `from` on up to and without `end`, all further ones without `end`,
   * until it returns false. The tree must not change meanwhile.
   */
  scan(from: Uint8Array, end: Uint8Array | undefined, visit: (address: number) => boolean): void {
    scanNode(this.arena, this.root, from, end, visit);
  }

  /** How many keys there are from `from` on up to and without `end`. */
  countRange(from: Uint8Array, end: Uint8Array | undefined): number {
    return end === undefined
      ? this.countNow - countBelow(this.root, from)
      : Math.max(0, countBelow(this.root, end) - countBelow(this.root, from));
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
    return lengthAt(this.arena, address);
  }

  isKey(address: number, key: Uint8Array): boolean {
    return lengthAt(this.arena, address) === key.length && compareKeys(this.arena, address, key) === 0;
  }

  /** Where the key at `address` stands to `key`: below, equal (0) or above. */
  compare(address: number, key: Uint8Array): number {
    return compareKeys(this.arena, address, key);
  }

  private newLeaf(): Leaf {
    return { isLeaf: true, keys: new SortedKeys(this.arena, leafMax) };
  }

  private newInner(): Inner {
    return { isLeaf: false, keys: new SortedKeys(this.arena, innerMax), children: [] };
  }

  private copyKey(address: number): number {
    const key = this.keyAt(address);
    const copy = this.arena.allocate(keyBytesAt + key.length);
    this.arena.words[copy >>> 16]![((copy & 0xffff) << 2) + 1] = key.length;
    this.arena.bytes[copy >>> 16]!.set(key, ((copy & 0xffff) << 4) + keyBytesAt);
    return copy;
  }

  /** Puts `child` to the right of the one that `path` takes at `depth`; at -1 the tree grows. */
  private insertChild(depth: number, separator: number, child: TreeNode): void {
    if (depth < 0) {
      const root = this.newInner();
      root.children.push(this.root, child);
      root.keys.push(separator);
      this.root = root;
      return;
    }
    const inner = this.path[depth] as Inner;
    const place = this.places[depth]!;
    this.insertSeparated(inner, place, separator, child);
    if (inner.children.length <= innerMax) return;
    const half = innerMax / 2;
    const right = this.newInner();
    inner.keys.splitInto(right.keys, half);
    right.children.push(...inner.children.splice(half));
    // The last separator on the left stands between the two now.
    const between = inner.keys.addresses[half - 1]!;
    inner.keys.remove(half - 1);
    this.insertChild(depth - 1, between, right);
  }

  private insertSeparated(inner: Inner, place: number, separator: number, child: TreeNode): void {
    inner.keys.insert(place, separator, this.keyAt(separator));
    inner.children.splice(place + 1, 0, child);
  }

  private joinLeaf(depth: number): void {
    const parent = this.path[depth - 1] as Inner;
    const left = Math.max(0, this.places[depth - 1]! - 1);
    if (left + 1 >= parent.children.length) return;
    const one = parent.children[left] as Leaf;
    const other = parent.children[left + 1] as Leaf;
    if (one.keys.count + other.keys.count > (leafMax * 3) / 4) return;
    one.keys.append(other.keys);
    this.removeChild(depth - 1, left + 1);
  }

  private removeChild(depth: number, place: number): void {
    const inner = this.path[depth] as Inner;
    this.arena.free(inner.keys.addresses[place - 1]!);
    inner.keys.remove(place - 1);
    inner.children.splice(place, 1);
    if (depth === 0) {
      if (inner.children.length === 1) this.root = inner.children[0]!;
    } else if (inner.children.length < innerFew) {
      this.joinInner(depth);
    }
  }

  private joinInner(depth: number): void {
    const parent = this.path[depth - 1] as Inner;
    const left = Math.max(0, this.places[depth - 1]! - 1);
    if (left + 1 >= parent.children.length) return;
    const one = parent.children[left] as Inner;
    const other = parent.children[left + 1] as Inner;
    if (one.children.length + other.children.length > (innerMax * 3) / 4) return;
    // What stood between them in the parent stands between their children now; the parent frees its own copy of it.
    one.keys.push(this.copyKey(parent.keys.addresses[left]!));
    one.keys.append(other.keys);
    one.children.push(...other.children);
    this.removeChild(depth - 1, left + 1);
  }
}

/** Looks at one leaf only; of those before it at their counts. */
function countBelow(node: TreeNode, key: Uint8Array): number {
  if (node.isLeaf) return node.keys.countBelow(key, false);
  const { children } = node;
  const child = node.keys.countBelow(key, true);
  let count = countBelow(children[child]!, key);
  for (let before = 0; before < child; before++) count += countAll(children[before]!);
  return count;
}

function countAll(node: TreeNode): number {
  if (node.isLeaf) return node.keys.count;
  let count = 0;
  for (const child of node.children) count += countAll(child);
  return count;
}

function scanNode(
  arena: Arena,
  node: TreeNode,
  from: Uint8Array,
  end: Uint8Array | undefined,
  visit: (address: number) => boolean,
): boolean {
  const { keys } = node;
  if (!node.isLeaf) {
    for (let child = keys.countBelow(from, true); child < node.children.length; child++) {
      if (!scanNode(arena, node.children[child]!, from, end, visit)) return false;
    }
    return true;
  }
  const { addresses, count } = keys;
  // The end is looked for once in a leaf, not at each key.
  const isLast = end !== undefined && count > 0 && compareKeys(arena, addresses[count - 1]!, end) >= 0;
  const stop = isLast ? keys.countBelow(end, false) : count;
  for (let place = keys.countBelow(from, false); place < stop; place++) {
    if (!visit(addresses[place]!)) return false;
  }
  return !isLast;
}
