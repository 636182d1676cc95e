const chunkBytes = 0x8000;
const smallMax = 0x1000;

/**
 * Makes copies of bytes, many small ones in one buffer: allocating a buffer costs more than copying into it. Nobody
 * writes to a copy again; one that is kept keeps the others of its buffer.
 */
export class ByteCopies {
  private chunk: Uint8Array = new Uint8Array(0);
  private used = 0;

  copy(bytes: Uint8Array, from: number, length: number): Uint8Array {
    if (length > smallMax) return bytes.slice(from, from + length);
    if (this.used + length > this.chunk.length) {
      this.chunk = new Uint8Array(chunkBytes);
      this.used = 0;
    }
    const copy = this.chunk.subarray(this.used, this.used + length);
    this.used += length;
    if (length < 32) for (let index = 0; index < length; index++) copy[index] = bytes[from + index]!;
    else copy.set(bytes.subarray(from, from + length));
    return copy;
  }
}
