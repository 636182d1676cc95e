const chunkBytes = 0x8000;
const smallMax = 0x1000;

/**
 * Bytes of one's own, many small pieces in one buffer: allocating a buffer costs more than copying into it. Nobody writes
 * to a copy again; a piece that is kept keeps the others of its buffer.
 */
export class ByteCopies {
  private chunk: Uint8Array = new Uint8Array(0);
  private used = 0;

  /** Room for so many bytes, all zeros. */
  take(length: number): Uint8Array {
    if (length > smallMax) return new Uint8Array(length);
    if (this.used + length > this.chunk.length) {
      this.chunk = new Uint8Array(chunkBytes);
      this.used = 0;
    }
    this.used += length;
    return this.chunk.subarray(this.used - length, this.used);
  }

  copy(bytes: Uint8Array, from: number, length: number): Uint8Array {
    if (length > smallMax) return bytes.slice(from, from + length);
    const copy = this.take(length);
    if (length < 32) for (let index = 0; index < length; index++) copy[index] = bytes[from + index]!;
    else copy.set(bytes.subarray(from, from + length));
    return copy;
  }
}
