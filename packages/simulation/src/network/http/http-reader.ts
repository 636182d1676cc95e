import type { Connection } from '@holdfast/core';
import { bodyLength, type HttpHead, HttpRefusal, headBytesMax, parseHead } from './http-message.ts';

const lineFeed = 10;
const carriageReturn = 13;

/** Reads one HTTP message from a connection, in whatever pieces it comes. */
export class HttpReader {
  readonly #connection: Connection;
  readonly #signal: AbortSignal | undefined;
  #bytes = new Uint8Array(1_024);
  #size = 0;

  constructor(connection: Connection, signal: AbortSignal | undefined) {
    this.#connection = connection;
    this.#signal = signal;
  }

  /**
   * The head; undefined when the connection ends before it does.
   *
   * @throws HttpRefusal, and what reading throws.
   */
  async head(): Promise<HttpHead | undefined> {
    let searched = 0;
    for (;;) {
      const end = this.#endOfHead(searched);
      if ((end === -1 ? this.#size : end) > headBytesMax) {
        throw new HttpRefusal(431, 'UND_ERR_HEADERS_OVERFLOW', `the head is over ${headBytesMax} bytes`);
      }
      if (end !== -1) {
        const text = latin1(this.#bytes.subarray(0, end));
        this.#bytes.copyWithin(0, end + 4, this.#size);
        this.#size -= end + 4;
        return parseHead(text);
      }
      searched = Math.max(0, this.#size - 3);
      if (!(await this.#more())) return undefined;
    }
  }

  /** The body that follows `head`; undefined when the connection ends before it does. */
  async body(head: HttpHead): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const length = bodyLength(head);
    while (this.#size < length) if (!(await this.#more())) return undefined;
    return this.#bytes.slice(0, length);
  }

  async #more(): Promise<boolean> {
    const piece = await this.#connection.read({ signal: this.#signal });
    if (piece === undefined) return false;
    if (this.#size + piece.length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#size + piece.length, 2 * this.#bytes.length));
      larger.set(this.#bytes.subarray(0, this.#size));
      this.#bytes = larger;
    }
    this.#bytes.set(piece, this.#size);
    this.#size += piece.length;
    return true;
  }

  /** Where the empty line begins that ends the head; -1 while it has not come. */
  #endOfHead(from: number): number {
    const bytes = this.#bytes;
    for (let index = from; index + 3 < this.#size; index++) {
      if (
        bytes[index] === carriageReturn &&
        bytes[index + 1] === lineFeed &&
        bytes[index + 2] === carriageReturn &&
        bytes[index + 3] === lineFeed
      ) {
        return index;
      }
    }
    return -1;
  }
}

function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
