import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';

/** Records of a run in one piece of memory, among those of other runs: an array of its own for each takes many times more. */
export class PackedRecords {
  readonly count: number;
  /** Each as a block. */
  readonly bytes: Uint8Array;

  constructor(count: number, bytes: Uint8Array) {
    this.count = count;
    this.bytes = bytes;
  }

  static of(records: readonly Uint8Array[]): PackedRecords {
    writer.clear();
    for (const record of records) writer.block(record);
    return new PackedRecords(records.length, slab.keep(writer.bytes));
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

  /** A copy of `bytes`. */
  keep(bytes: Uint8Array): Uint8Array {
    if (bytes.length > slabBytes / 4) return bytes.slice();
    if (this.#used + bytes.length > this.#bytes.length) {
      this.#bytes = new Uint8Array(slabBytes);
      this.#used = 0;
    }
    const kept = this.#bytes.subarray(this.#used, this.#used + bytes.length);
    kept.set(bytes);
    this.#used += bytes.length;
    return kept;
  }
}

const slabBytes = 65_536;
const slab = new Slab();
const writer = new ByteWriter();
