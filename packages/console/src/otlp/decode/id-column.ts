/** Identifiers of one length in bytes, row behind row. */
export class IdColumn {
  readonly values: Uint8Array;
  readonly #size: number;

  constructor(length: number, size: number) {
    this.values = new Uint8Array(length * size);
    this.#size = size;
  }

  /** Copies the identifier that begins at `from`. Returns false when it is all zero, which stands for none. */
  set(row: number, body: Uint8Array, from: number): boolean {
    const { values } = this;
    const end = from + this.#size;
    let at = row * this.#size;
    let any = 0;
    for (let index = from; index < end; index++) {
      const byte = body[index]!;
      any |= byte;
      values[at++] = byte;
    }
    return any !== 0;
  }
}
