import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';

/** Records of a run in one piece of memory, among those of other runs: an array of its own for each takes many times more. */
export class PackedRecords {
  readonly count: number;
  readonly #slab: Uint8Array;
  readonly #offset: number;
  readonly #length: number;

  /** @param bytes - each record as a block. */
  constructor(count: number, bytes: Uint8Array) {
    const piece = slab.keep(bytes);
    this.count = count;
    this.#slab = piece.slab;
    this.#offset = piece.offset;
    this.#length = bytes.length;
  }

  static of(records: readonly Uint8Array[]): PackedRecords {
    writer.clear();
    for (const record of records) writer.block(record);
    return new PackedRecords(records.length, writer.bytes);
  }

  get bytes(): Uint8Array {
    return this.#slab.subarray(this.#offset, this.#offset + this.#length);
  }

  unpack(): Uint8Array[] {
    const reader = new ByteReader(this.bytes);
    return Array.from({ length: this.count }, () => reader.block());
  }
}

/** Memory for many small pieces. It is let go when none of those in it is used any more. */
class Slab {
  #bytes: Uint8Array = new Uint8Array(0);
  #used = 0;

  /** Where there is a copy of `bytes`. */
  keep(bytes: Uint8Array): { readonly slab: Uint8Array; readonly offset: number } {
    if (bytes.length > slabBytes / 4) return { slab: bytes.slice(), offset: 0 };
    if (this.#used + bytes.length > this.#bytes.length) {
      this.#bytes = new Uint8Array(slabBytes);
      this.#used = 0;
    }
    const offset = this.#used;
    this.#bytes.set(bytes, offset);
    this.#used += bytes.length;
    return { slab: this.#bytes, offset };
  }
}

const slabBytes = 65_536;
const slab = new Slab();
const writer = new ByteWriter();
