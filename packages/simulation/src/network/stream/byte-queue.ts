const smallest = 1_024;

/** Bytes in order, up to `capacity` of them: a ring that grows as it fills. It keeps copies. */
export class ByteQueue {
  readonly capacity: number;
  #ring: Uint8Array = new Uint8Array(0);
  #start = 0;
  #size = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  get size(): number {
    return this.#size;
  }

  get room(): number {
    return this.capacity - this.#size;
  }

  /** Takes as many of `bytes` as there is room for, and says how many. */
  append(bytes: Uint8Array): number {
    const count = Math.min(bytes.length, this.room);
    if (count === 0) return 0;
    if (this.#size + count > this.#ring.length) this.#grow(this.#size + count);
    const ring = this.#ring;
    const end = (this.#start + this.#size) % ring.length;
    const first = ring.length - end;
    if (count === bytes.length && count <= first) {
      ring.set(bytes, end);
    } else {
      ring.set(bytes.subarray(0, Math.min(count, first)), end);
      if (count > first) ring.set(bytes.subarray(first, count), 0);
    }
    this.#size += count;
    return count;
  }

  /** `length` bytes from the `offset`-th on; they stay. */
  copy(offset: number, length: number): Uint8Array {
    const ring = this.#ring;
    const begin = (this.#start + offset) % ring.length;
    const first = ring.length - begin;
    if (length <= first) return ring.slice(begin, begin + length);
    const bytes = new Uint8Array(length);
    bytes.set(ring.subarray(begin));
    bytes.set(ring.subarray(0, length - first), first);
    return bytes;
  }

  /** Forgets the first `count` bytes. */
  drop(count: number): void {
    this.#size -= count;
    this.#start = this.#size === 0 ? 0 : (this.#start + count) % this.#ring.length;
  }

  clear(): void {
    this.#ring = new Uint8Array(0);
    this.#start = 0;
    this.#size = 0;
  }

  #grow(needed: number): void {
    const length = Math.min(this.capacity, Math.max(needed, 2 * this.#ring.length, smallest));
    const ring = new Uint8Array(length);
    if (this.#size > 0) ring.set(this.copy(0, this.#size));
    this.#ring = ring;
    this.#start = 0;
  }
}
