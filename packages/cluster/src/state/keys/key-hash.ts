/** Slots of a segment: a power of two. Each is a word pair: the hash, and the address, 0 for none. */
const segmentSlots = 1024;
const segmentMax: number = (segmentSlots * 3) / 4;
/** Bits of the hash by which the directory tells segments apart at most. */
const depthMax = 20;
/** Keys of the very same hash. */
const sameMax = 8;

interface Segment {
  readonly slots: Uint32Array;
  count: number;
  /** How many leading bits the hashes in it share. */
  readonly depth: number;
  /** Has not taken some key. */
  overflowed: boolean;
}

/**
 * Addresses by the hashes of their keys, so that a key is found with two or three looks at memory where a tree takes
 * twenty. Extendible hashing (Fagin et al., 1979): it grows by one small segment at a time, and never stops to move all.
 * It takes few keys of the same hash, as somebody could make them: of what it has not taken it says that it cannot tell.
 */
export class KeyHash {
  private directory: Segment[] = [newSegment(0, false)];
  private depth = 0;

  /**
   * The address of a key of this hash for which `isSame` holds, or 0.
   */
  find(hash: number, isSame: (address: number) => boolean): number {
    const { slots } = this.segmentOf(hash);
    for (let slot = hash & (segmentSlots - 1); ; slot = (slot + 1) & (segmentSlots - 1)) {
      const address = slots[2 * slot + 1]!;
      if (address === 0) return 0;
      if (slots[2 * slot] === hash && isSame(address)) return address;
    }
  }

  /** Whether keys of this hash may be missing in it. */
  isIncomplete(hash: number): boolean {
    return this.segmentOf(hash).overflowed;
  }

  /** Adds a key that is not in it. */
  add(hash: number, address: number): void {
    let segment = this.segmentOf(hash);
    if (countSame(segment, hash) >= sameMax) {
      segment.overflowed = true;
      return;
    }
    while (segment.count >= segmentMax) {
      if (segment.depth === depthMax) {
        segment.overflowed = true;
        return;
      }
      this.split(segment, hash);
      segment = this.segmentOf(hash);
    }
    put(segment, hash, address);
  }

  /** Nothing happens when it is not in it. */
  remove(hash: number, address: number): void {
    const segment = this.segmentOf(hash);
    const { slots } = segment;
    let slot = hash & (segmentSlots - 1);
    for (; slots[2 * slot + 1] !== address; slot = (slot + 1) & (segmentSlots - 1)) {
      if (slots[2 * slot + 1] === 0) return;
    }
    segment.count--;
    // Those behind it that would not be found across the gap move into it.
    for (let next = slot; ; ) {
      next = (next + 1) & (segmentSlots - 1);
      if (slots[2 * next + 1] === 0) break;
      const home = slots[2 * next]! & (segmentSlots - 1);
      const distance = (next - home) & (segmentSlots - 1);
      if (distance < ((next - slot) & (segmentSlots - 1))) continue;
      slots[2 * slot] = slots[2 * next]!;
      slots[2 * slot + 1] = slots[2 * next + 1]!;
      slot = next;
    }
    slots[2 * slot + 1] = 0;
  }

  private segmentOf(hash: number): Segment {
    return this.directory[this.depth === 0 ? 0 : hash >>> (32 - this.depth)]!;
  }

  private split(segment: Segment, hash: number): void {
    if (segment.depth === this.depth) {
      this.directory = this.directory.flatMap((one) => [one, one]);
      this.depth++;
    }
    const low = newSegment(segment.depth + 1, segment.overflowed);
    const high = newSegment(segment.depth + 1, segment.overflowed);
    const bit = 31 - segment.depth;
    const { slots } = segment;
    for (let slot = 0; slot < segmentSlots; slot++) {
      const address = slots[2 * slot + 1]!;
      if (address === 0) continue;
      const moved = slots[2 * slot]!;
      put(((moved >>> bit) & 1) === 0 ? low : high, moved, address);
    }
    const places = 1 << (this.depth - segment.depth);
    const first = (hash >>> (32 - this.depth)) & ~(places - 1);
    for (let place = 0; place < places; place++) {
      this.directory[first + place] = place < places / 2 ? low : high;
    }
  }
}

/** Thirty-two bits of all the bytes; the finish is that of MurmurHash3. */
export function hashKey(key: Uint8Array): number {
  let hash = key.length;
  for (let index = 0; index < key.length; index++) hash = Math.imul(hash ^ key[index]!, 0x9e3779b1);
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function newSegment(depth: number, overflowed: boolean): Segment {
  return { slots: new Uint32Array(2 * segmentSlots), count: 0, depth, overflowed };
}

function countSame({ slots }: Segment, hash: number): number {
  let same = 0;
  for (
    let slot = hash & (segmentSlots - 1);
    slots[2 * slot + 1] !== 0;
    slot = (slot + 1) & (segmentSlots - 1)
  ) {
    if (slots[2 * slot] === hash) same++;
  }
  return same;
}

function put(segment: Segment, hash: number, address: number): void {
  const { slots } = segment;
  let slot = hash & (segmentSlots - 1);
  while (slots[2 * slot + 1] !== 0) slot = (slot + 1) & (segmentSlots - 1);
  slots[2 * slot] = hash;
  slots[2 * slot + 1] = address;
  segment.count++;
}
