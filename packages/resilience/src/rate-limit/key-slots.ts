/** No slot. */
export const none = 0xffff_ffff;

/**
 * Gives each key a small whole number, its slot, and remembers in which order the keys were last used. Besides
 * the map from key to slot it takes 16 bytes a key.
 */
export class KeySlots {
  private readonly slots: Map<string, number> = new Map();
  private readonly keys: string[] = [];
  /**
   * The slots in order of last use: the next older and the next newer one of each, side by side, because with
   * millions of keys every line of memory touched costs more than the rest. Freed slots form a chain.
   */
  private links: Uint32Array;
  private oldestSlot = none;
  private newestSlot = none;
  private freeSlot = none;

  constructor(capacity: number) {
    this.links = new Uint32Array(2 * capacity);
  }

  get size(): number {
    return this.slots.size;
  }

  /** How many keys there is room for. */
  get capacity(): number {
    return this.links.length / 2;
  }

  /** The key that has not been used for longest, or `none`. */
  get oldest(): number {
    return this.oldestSlot;
  }

  get(key: string): number | undefined {
    return this.slots.get(key);
  }

  keyOf(slot: number): string {
    return this.keys[slot]!;
  }

  /** The slot used next after `slot`, or `none`. */
  after(slot: number): number {
    return this.links[2 * slot + 1]!;
  }

  /** Adds a key that is not there yet; there must be room. */
  add(key: string): number {
    let slot = this.freeSlot;
    if (slot === none) slot = this.keys.length;
    else this.freeSlot = this.links[2 * slot + 1]!;
    this.keys[slot] = key;
    this.slots.set(key, slot);
    this.append(slot);
    return slot;
  }

  /** `slot` is used now. */
  touch(slot: number): void {
    if (slot === this.newestSlot) return;
    this.unlink(slot);
    this.append(slot);
  }

  remove(slot: number): void {
    this.unlink(slot);
    this.slots.delete(this.keys[slot]!);
    this.keys[slot] = '';
    this.links[2 * slot + 1] = this.freeSlot;
    this.freeSlot = slot;
  }

  grow(capacity: number): void {
    const { links } = this;
    this.links = new Uint32Array(2 * capacity);
    this.links.set(links);
  }

  private append(slot: number): void {
    const { links, newestSlot } = this;
    links[2 * slot] = newestSlot;
    links[2 * slot + 1] = none;
    if (newestSlot === none) this.oldestSlot = slot;
    else links[2 * newestSlot + 1] = slot;
    this.newestSlot = slot;
  }

  private unlink(slot: number): void {
    const { links } = this;
    const older = links[2 * slot]!;
    const newer = links[2 * slot + 1]!;
    if (older === none) this.oldestSlot = newer;
    else links[2 * older + 1] = newer;
    if (newer === none) this.newestSlot = older;
    else links[2 * newer] = older;
  }
}
