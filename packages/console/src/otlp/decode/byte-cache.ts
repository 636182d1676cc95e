/** How many it holds, and how many bytes each may take at most. */
const slots = 8_192;
const keyBytesMax = 64;

/**
 * What was made of some bytes lately, since senders repeat themselves. It never grows: of two that fall into the same slot, the
 * newer stays.
 */
export class ByteCache {
  readonly #keys = new Uint8Array(slots * keyBytesMax);
  readonly #lengths = new Uint8Array(slots);
  readonly #values: string[] = new Array<string>(slots).fill('');
  /** Where the bytes of the last `find` belong. */
  #slot = 0;

  /** What was kept for the bytes from `from` to `to`. */
  find(body: Uint8Array, from: number, to: number): string | undefined {
    const length = to - from;
    if (length > keyBytesMax) return undefined;
    let hash = 0x811c9dc5;
    for (let index = from; index < to; index++) hash = Math.imul(hash ^ body[index]!, 0x01000193);
    const slot = (hash ^ (hash >>> 15)) & (slots - 1);
    this.#slot = slot;
    if (this.#lengths[slot] !== length) return undefined;
    const key = slot * keyBytesMax;
    for (let index = 0; index < length; index++) {
      if (this.#keys[key + index] !== body[from + index]) return undefined;
    }
    return this.#values[slot];
  }

  /** Keeps a value for the bytes that the last `find` was asked for. */
  keep(body: Uint8Array, from: number, to: number, value: string): void {
    const length = to - from;
    if (length > keyBytesMax) return;
    const slot = this.#slot;
    const key = slot * keyBytesMax;
    for (let index = 0; index < length; index++) this.#keys[key + index] = body[from + index]!;
    this.#lengths[slot] = length;
    this.#values[slot] = value;
  }
}
