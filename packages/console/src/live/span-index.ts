/**
 * The spans that came last, by their ids: what answers "whose child is this" without a look at the store. Two generations of a
 * fixed size; when the younger is full, the elder is forgotten.
 */
export class SpanIndex {
  readonly #capacity: number;
  #young: Generation;
  #old: Generation;

  /** @param capacity - how many spans a generation holds; a power of two. */
  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#young = new Generation(capacity);
    this.#old = new Generation(capacity);
  }

  /** `values` of the span that has these ids, the latest first; -1 where it is not known. */
  find(trace: number, high: number, low: number): number {
    const found = this.#young.find(trace, high, low);
    return found >= 0 ? found : this.#old.find(trace, high, low);
  }

  /** Keeps `value` for it. The same ids may be kept more than once: {@link drain} finds all. */
  put(trace: number, high: number, low: number, value: number): void {
    if (this.#young.size === this.#capacity) {
      [this.#young, this.#old] = [this.#old, this.#young];
      this.#young.clear();
    }
    this.#young.put(trace, high, low, value);
  }

  /** Hands over every value that is kept for these ids, and forgets them. */
  drain(trace: number, high: number, low: number, visit: (value: number) => void): void {
    this.#young.drain(trace, high, low, visit);
    this.#old.drain(trace, high, low, visit);
  }
}

const wordsPerSlot = 4;
/** In the place of a value: nothing was ever here, and something was. */
const free = 0;
const drained = 0xffff_ffff;

/** A hash table of open addressing, half full at most: trace, both halves of the span's id, and a value plus one. */
class Generation {
  size = 0;
  readonly #mask: number;
  readonly #slots: Uint32Array;

  constructor(capacity: number) {
    this.#mask = capacity * 2 - 1;
    this.#slots = new Uint32Array(capacity * 2 * wordsPerSlot);
  }

  clear(): void {
    this.#slots.fill(0);
    this.size = 0;
  }

  find(trace: number, high: number, low: number): number {
    const slots = this.#slots;
    for (let place = mix(trace, high, low) & this.#mask; ; place = (place + 1) & this.#mask) {
      const at = place * wordsPerSlot;
      const value = slots[at + 3]!;
      if (value === free) return -1;
      if (value === drained) continue;
      if (slots[at] === trace && slots[at + 1] === high && slots[at + 2] === low) return value - 1;
    }
  }

  put(trace: number, high: number, low: number, value: number): void {
    const slots = this.#slots;
    let place = mix(trace, high, low) & this.#mask;
    while (slots[place * wordsPerSlot + 3] !== free) place = (place + 1) & this.#mask;
    const at = place * wordsPerSlot;
    slots[at] = trace;
    slots[at + 1] = high;
    slots[at + 2] = low;
    slots[at + 3] = value + 1;
    this.size++;
  }

  drain(trace: number, high: number, low: number, visit: (value: number) => void): void {
    const slots = this.#slots;
    for (let place = mix(trace, high, low) & this.#mask; ; place = (place + 1) & this.#mask) {
      const at = place * wordsPerSlot;
      const value = slots[at + 3]!;
      if (value === free) return;
      if (value === drained || slots[at] !== trace || slots[at + 1] !== high || slots[at + 2] !== low)
        continue;
      slots[at + 3] = drained;
      visit(value - 1);
    }
  }
}

/** Ids may be anything, also counted up: every bit counts (the finish of MurmurHash3). */
function mix(trace: number, high: number, low: number): number {
  let hash = low ^ Math.imul(high, 0x9e3779b1) ^ Math.imul(trace, 0x85ebca77);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
