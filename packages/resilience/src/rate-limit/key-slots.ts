/** No slot. */
export const none = 0xffff_ffff;

/**
 * Gives each key a small whole number, its slot, and remembers in which order the keys were last used. Besides
 * the map from key to slot it takes 16 bytes a key.
 */
export class KeySlots {
  private readonly slots: Map<string, number> = new Map();
  private readonly keys: string[] = [];
  /** The ring of slots by last use, through the slot's neighbours. Freed slots form a chain through `newer`. */
  private older: Uint32Array;
  private newer: Uint32Array;
  private oldestSlot = none;
  private newestSlot = none;
  private freeSlot = none;

  constructor(capacity: number) {
    this.older = new Uint32Array(capacity);
    this.newer = new Uint32Array(capacity);
  }

  get size(): number {
    return this.slots.size;
  }

  /** How many keys there is room for. */
  get capacity(): number {
    return this.older.length;
  }

  /** The key that has not been used for longest, or `none`. */
  get oldest(): number {
    return this.oldestSlot;
  }

  get(key: string): number | undefined {
    return this.slots.get(key);
  }

  /** The slot used next after `slot`, or `none`. */
  after(slot: number): number {
    return this.newer[slot]!;
  }

  /** Adds a key that is not there yet; there must be room. */
  add(key: string): number {
    let slot = this.freeSlot;
    if (slot === none) slot = this.keys.length;
    else this.freeSlot = this.newer[slot]!;
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
    this.newer[slot] = this.freeSlot;
    this.freeSlot = slot;
  }

  grow(capacity: number): void {
    const { older, newer } = this;
    this.older = new Uint32Array(capacity);
    this.newer = new Uint32Array(capacity);
    this.older.set(older);
    this.newer.set(newer);
  }

  private append(slot: number): void {
    this.older[slot] = this.newestSlot;
    this.newer[slot] = none;
    if (this.newestSlot === none) this.oldestSlot = slot;
    else this.newer[this.newestSlot] = slot;
    this.newestSlot = slot;
  }

  private unlink(slot: number): void {
    const older = this.older[slot]!;
    const newer = this.newer[slot]!;
    if (older === none) this.oldestSlot = newer;
    else this.newer[older] = newer;
    if (newer === none) this.newestSlot = older;
    else this.older[newer] = older;
  }
}
