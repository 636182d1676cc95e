/** Bytes of a slab: many small pieces are cut from one, a larger piece gets one of its own. */
const slabBytes = 64 << 10;

/**
 * Writes binary pieces one after the other. What {@link take} returns is never written to again, and shares its memory
 * with its neighbours. All numbers are big-endian.
 */
export class ByteWriter {
  #slab = new Uint8Array(slabBytes);
  #view = new DataView(this.#slab.buffer);
  #start = 0;
  #position = 0;

  /** Bytes of the present piece so far. */
  get length(): number {
    return this.#position - this.#start;
  }

  u8(value: number): void {
    this.#room(1);
    this.#slab[this.#position++] = value;
  }

  u32(value: number): void {
    this.#room(4);
    this.#view.setUint32(this.#position, value);
    this.#position += 4;
  }

  /** A whole number below 2^48. */
  u48(value: number): void {
    this.#room(6);
    this.#view.setUint16(this.#position, value / 0x1_0000_0000);
    this.#view.setUint32(this.#position + 2, value >>> 0);
    this.#position += 6;
  }

  u64(value: bigint): void {
    this.#room(8);
    this.#view.setBigUint64(this.#position, BigInt.asUintN(64, value));
    this.#position += 8;
  }

  /** The bytes themselves, without their number. */
  bytes(bytes: Uint8Array): void {
    this.#room(bytes.length);
    this.#slab.set(bytes, this.#position);
    this.#position += bytes.length;
  }

  /** The number of bytes, then the bytes. */
  sized(bytes: Uint8Array): void {
    this.u32(bytes.length);
    this.bytes(bytes);
  }

  text(text: string): void {
    this.sized(encoder.encode(text));
  }

  texts(texts: readonly string[]): void {
    this.u32(texts.length);
    for (const text of texts) this.text(text);
  }

  /** The piece written since the last time. */
  take(): Uint8Array {
    const piece = this.#slab.subarray(this.#start, this.#position);
    this.#start = this.#position;
    return piece;
  }

  /** Makes room for a piece of so many bytes, so that it is not moved while it grows. */
  expect(bytes: number): void {
    this.#room(bytes);
  }

  #room(bytes: number): void {
    if (this.#position + bytes <= this.#slab.length) return;
    const { length } = this;
    const slab = new Uint8Array(Math.max(slabBytes, length + bytes > slabBytes ? (length + bytes) * 2 : 0));
    slab.set(this.#slab.subarray(this.#start, this.#position));
    this.#slab = slab;
    this.#view = new DataView(slab.buffer);
    this.#start = 0;
    this.#position = length;
  }
}

const encoder = new TextEncoder();
