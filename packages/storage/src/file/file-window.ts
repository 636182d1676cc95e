import type { DiskFile } from '@holdfast/core';

/** Reads a file from front to back in large pieces, with flat memory. */
export class FileWindow {
  readonly #file: DiskFile;
  readonly #pieceBytes: number;
  #begin = 0;
  #bytes: Uint8Array = new Uint8Array(0);

  constructor(file: DiskFile, pieceBytes: number) {
    this.#file = file;
    this.#pieceBytes = pieceBytes;
  }

  /** Bytes `[offset, offset + length)` where they were read already. */
  peek(offset: number, length: number): Uint8Array | undefined {
    const from = offset - this.#begin;
    if (from < 0 || from + length > this.#bytes.length) return undefined;
    return this.#bytes.subarray(from, from + length);
  }

  /**
   * Bytes `[offset, offset + length)`, or fewer where the file ends. Valid until the next call. Nothing from the byte
   * `limit` on is read ahead: it may change yet.
   */
  async read(offset: number, length: number, limit: number): Promise<Uint8Array> {
    const known = this.peek(offset, length);
    if (known !== undefined) return known;
    this.#bytes = await this.#file.read(offset, Math.max(length, Math.min(this.#pieceBytes, limit - offset)));
    this.#begin = offset;
    return this.#bytes.subarray(0, length);
  }
}
