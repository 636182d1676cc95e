import { clusterErrors } from '../../errors.ts';

/** Reads what a `ByteWriter` has written. @throws HoldfastError PEER_MESSAGE_MALFORMED where the bytes end too soon. */
export class ByteReader {
  readonly bytes: Uint8Array;
  position: number;
  readonly #view: DataView;

  constructor(bytes: Uint8Array, position: number = 0) {
    this.bytes = bytes;
    this.position = position;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get remaining(): number {
    return this.bytes.length - this.position;
  }

  u8(): number {
    return this.bytes[this.#pass(1)]!;
  }

  u32(): number {
    return this.#view.getUint32(this.#pass(4));
  }

  u48(): number {
    const at = this.#pass(6);
    return this.#view.getUint16(at) * 0x1_0000_0000 + this.#view.getUint32(at + 2);
  }

  u64(): bigint {
    return this.#view.getBigUint64(this.#pass(8));
  }

  /** A view of the next bytes. */
  view(length: number): Uint8Array {
    const at = this.#pass(length);
    return this.bytes.subarray(at, at + length);
  }

  /** A view of bytes whose number stands before them. */
  sized(): Uint8Array {
    return this.view(this.u32());
  }

  text(): string {
    return decoder.decode(this.sized());
  }

  texts(): string[] {
    return Array.from({ length: this.count(4) }, () => this.text());
  }

  /** A number of things of `bytesEach` bytes at least, so that nobody is made to reserve room for what cannot follow. */
  count(bytesEach: number): number {
    const count = this.u32();
    if (count * bytesEach > this.remaining) throw malformed(`${count} things in ${this.remaining} bytes`);
    return count;
  }

  /** @throws HoldfastError PEER_MESSAGE_MALFORMED when something is left. */
  end(): void {
    if (this.remaining > 0) throw malformed(`${this.remaining} bytes too many`);
  }

  #pass(length: number): number {
    const { position } = this;
    if (length > this.bytes.length - position) {
      throw malformed(`${length} bytes wanted at ${position} of ${this.bytes.length}`);
    }
    this.position = position + length;
    return position;
  }
}

export function malformed(what: string): Error {
  return clusterErrors.create('PEER_MESSAGE_MALFORMED', {
    message: `malformed bytes between members: ${what}`,
  });
}

const decoder = new TextDecoder('utf-8', { fatal: false });
