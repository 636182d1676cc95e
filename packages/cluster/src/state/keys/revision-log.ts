import type { Versions } from './versions.ts';

const leafMax = 1024;
const leafFew: number = leafMax / 4;

interface Leaf {
  readonly addresses: Uint32Array;
  count: number;
  /** Of the first version in it when it was begun: none before it is in a later leaf. */
  readonly mod: number;
  readonly sub: number;
}

/**
 * The addresses of all versions in the order in which they came about: by revision, and within one by `sub`. Watchers,
 * snapshots and compaction walk along it; compaction also takes out of it, anywhere.
 */
export class RevisionLog {
  private readonly versions: Versions;
  private readonly leaves: Leaf[] = [];
  private countNow = 0;

  constructor(versions: Versions) {
    this.versions = versions;
  }

  get count(): number {
    return this.countNow;
  }

  append(address: number): void {
    const { leaves, versions } = this;
    let leaf = leaves[leaves.length - 1];
    if (leaf === undefined || leaf.count === leafMax) {
      const mod = versions.modOf(address);
      leaf = { addresses: new Uint32Array(leafMax), count: 0, mod, sub: versions.subOf(address) };
      leaves.push(leaf);
    }
    leaf.addresses[leaf.count++] = address;
    this.countNow++;
  }

  /** Takes out a version that is in it. */
  remove(address: number): void {
    const { leaves } = this;
    const mod = this.versions.modOf(address);
    const sub = this.versions.subOf(address);
    const index = this.leafOf(mod, sub);
    const leaf = leaves[index]!;
    const place = this.placeIn(leaf, mod, sub);
    leaf.addresses.copyWithin(place, place + 1, leaf.count);
    leaf.count--;
    this.countNow--;
    if (leaf.count < leafFew && leaves.length > 1) this.join(index);
  }

  /**
   * Writes the addresses of the first versions at or after (mod, sub) into `into`, as many as it holds; how many they
   * are.
   */
  read(mod: number, sub: number, into: Uint32Array): number {
    const { leaves } = this;
    let written = 0;
    if (leaves.length === 0) return 0;
    let index = this.leafOf(mod, sub);
    let place = this.placeIn(leaves[index]!, mod, sub);
    while (written < into.length && index < leaves.length) {
      const leaf = leaves[index]!;
      const end = Math.min(leaf.count, place + into.length - written);
      for (; place < end; place++) into[written++] = leaf.addresses[place]!;
      if (place >= leaf.count) {
        index++;
        place = 0;
      }
    }
    return written;
  }

  /** The last leaf that does not begin after (mod, sub); the first if all do. */
  private leafOf(mod: number, sub: number): number {
    const { leaves } = this;
    let low = 1;
    let high = leaves.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const leaf = leaves[middle]!;
      if (leaf.mod < mod || (leaf.mod === mod && leaf.sub <= sub)) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  private placeIn(leaf: Leaf, mod: number, sub: number): number {
    let low = 0;
    let high = leaf.count;
    // Where nothing has been taken out and each revision has one version, the first guess is right.
    let middle = Math.min(mod - leaf.mod, high - 1);
    while (low < high) {
      const address = leaf.addresses[middle]!;
      const here = this.versions.modOf(address);
      if (here < mod || (here === mod && this.versions.subOf(address) < sub)) low = middle + 1;
      else if (here === mod && this.versions.subOf(address) === sub) return middle;
      else high = middle;
      middle = (low + high) >>> 1;
    }
    return low;
  }

  private join(index: number): void {
    const { leaves } = this;
    const left = index > 0 ? index - 1 : index;
    const one = leaves[left]!;
    const other = leaves[left + 1]!;
    // The last leaf fills up by itself.
    if (left + 2 === leaves.length || one.count + other.count > (leafMax * 3) / 4) return;
    one.addresses.set(other.addresses.subarray(0, other.count), one.count);
    one.count += other.count;
    leaves.splice(left + 1, 1);
  }
}
