const leafMax = 128;

interface Leaf<Key, Value> {
  readonly owner: object;
  readonly keys: Key[];
  readonly values: Value[];
}

/**
 * A map in the order of its keys that can be frozen in no time: what is frozen stays as it is, and the map copies a leaf
 * when it next changes it. Values are not copied: put another in the place of one that may be frozen.
 */
export class SharedMap<Key extends number | bigint | string, Value> {
  private leaves: Leaf<Key, Value>[] = [];
  /** Leaves of other owners may be frozen. */
  private owner: object = {};
  private leavesOwner: object = this.owner;
  private sizeNow = 0;

  get size(): number {
    return this.sizeNow;
  }

  get(key: Key): Value | undefined {
    const leaf = this.leaves[this.leafOf(key)];
    if (leaf === undefined) return undefined;
    const place = placeIn(leaf, key);
    return leaf.keys[place] === key ? leaf.values[place] : undefined;
  }

  set(key: Key, value: Value): void {
    const index = this.leafOf(key);
    if (this.leaves.length === 0) {
      this.ownLeaves().push({ owner: this.owner, keys: [key], values: [value] });
      this.sizeNow = 1;
      return;
    }
    const leaf = this.ownLeaf(index);
    const place = placeIn(leaf, key);
    if (leaf.keys[place] === key) {
      leaf.values[place] = value;
      return;
    }
    this.sizeNow++;
    leaf.keys.splice(place, 0, key);
    leaf.values.splice(place, 0, value);
    if (leaf.keys.length <= leafMax) return;
    // A map that grows at its end only, as by rising ids, has full leaves.
    const from = place === leafMax ? leafMax : leafMax / 2;
    const right = { owner: this.owner, keys: leaf.keys.splice(from), values: leaf.values.splice(from) };
    this.leaves.splice(index + 1, 0, right);
  }

  delete(key: Key): boolean {
    const index = this.leafOf(key);
    const found = this.leaves[index];
    if (found === undefined) return false;
    const place = placeIn(found, key);
    if (found.keys[place] !== key) return false;
    const leaf = this.ownLeaf(index);
    leaf.keys.splice(place, 1);
    leaf.values.splice(place, 1);
    this.sizeNow--;
    if (leaf.keys.length === 0) this.leaves.splice(index, 1);
    return true;
  }

  /** The values as they are now, whatever becomes of the map. */
  freeze(): IterableIterator<Value> {
    this.owner = {};
    return valuesOf(this.leaves);
  }

  /** Nothing may change while they are walked along. */
  values(): IterableIterator<Value> {
    return valuesOf(this.leaves);
  }

  private leafOf(key: Key): number {
    const { leaves } = this;
    let low = 1;
    let high = leaves.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (leaves[middle]!.keys[0]! <= key) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  private ownLeaves(): Leaf<Key, Value>[] {
    if (this.leavesOwner !== this.owner) {
      this.leaves = this.leaves.slice();
      this.leavesOwner = this.owner;
    }
    return this.leaves;
  }

  private ownLeaf(index: number): Leaf<Key, Value> {
    const leaves = this.ownLeaves();
    const leaf = leaves[index]!;
    if (leaf.owner === this.owner) return leaf;
    const own = { owner: this.owner, keys: leaf.keys.slice(), values: leaf.values.slice() };
    leaves[index] = own;
    return own;
  }
}

function* valuesOf<Key, Value>(leaves: readonly Leaf<Key, Value>[]): IterableIterator<Value> {
  for (const { values } of leaves) yield* values;
}

function placeIn<Key extends number | bigint | string, Value>(leaf: Leaf<Key, Value>, key: Key): number {
  const { keys } = leaf;
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (keys[middle]! < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
