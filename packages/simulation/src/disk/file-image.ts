/** A page: small files, and the beginnings of others, need not grow. */
const bytesMin = 4_096;

/** The bytes of a file. What lies beyond its size is zero, so that a gap reads as zeros. */
export class FileImage {
  #bytes: Uint8Array = new Uint8Array(0);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** A copy of up to `length` bytes from `position`. */
  read(position: number, length: number): Uint8Array {
    return this.#bytes.slice(position, Math.max(position, Math.min(position + length, this.#size)));
  }

  /** Puts `bytes[from, to)` where `bytes[0]` belongs at `position`. */
  write(position: number, bytes: Uint8Array, from: number = 0, to: number = bytes.length): void {
    if (to <= from) return;
    this.extend(position + to);
    this.#bytes.set(from === 0 && to === bytes.length ? bytes : bytes.subarray(from, to), position + from);
  }

  /** Makes it at least `size` bytes long. */
  extend(size: number): void {
    if (size <= this.#size) return;
    if (size > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(size, 2 * this.#bytes.length, bytesMin));
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#size = size;
  }

  truncate(size: number): void {
    if (size >= this.#size) {
      this.extend(size);
    } else {
      this.#bytes.fill(0, size, this.#size);
      this.#size = size;
    }
  }

  /** Takes over the bytes from `from` to `to` of `other`, as far as that one goes. */
  copyRange(other: FileImage, from: number, to: number): void {
    const end = Math.min(to, other.#size);
    if (end > from) this.write(from, other.#bytes.subarray(from, end));
  }

  /** Becomes equal to `other`. */
  copy(other: FileImage): void {
    this.truncate(0);
    this.copyRange(other, 0, other.#size);
    this.extend(other.#size);
  }

  /** Flips bit 0 to 7 of the byte at `position`, where there is one. */
  flip(position: number, bit: number): void {
    if (position < this.#size) this.#bytes[position]! ^= 1 << bit;
  }
}
