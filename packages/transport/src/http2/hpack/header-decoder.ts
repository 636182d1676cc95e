import { ConnectionError, http2Code } from '../http2-error.ts';
import { decodeHuffman } from './huffman.ts';
import { type HeaderField, staticTable } from './static-table.ts';

/** The bytes of table that a sender may use, and that are announced by default. */
const tableBytesMax = 4_096;
/** What a field counts beyond its text. */
const fieldOverhead = 32;
/** Blocks whose fields are remembered. */
const rememberedMax = 256;

/**
 * Reads header blocks (HPACK, RFC 7541). Clients repeat themselves: after the first few requests a block is a handful of
 * indexes, the same bytes each time. What those stand for is remembered until the table changes.
 */
export class HeaderDecoder {
  readonly #listBytesMax: number;
  /** The latest first. */
  readonly #dynamic: HeaderField[] = [];
  #dynamicBytes = 0;
  #dynamicBytesMax = tableBytesMax;
  readonly #remembered = new Map<string, readonly HeaderField[]>();
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;

  /** `listBytesMax` bounds the fields of one block, each counted with 32 bytes more than its text. */
  constructor(listBytesMax: number) {
    this.#listBytesMax = listBytesMax;
  }

  /**
   * The fields of a whole block; undefined when they are more than the bound allows. Names and values are octets.
   *
   * @throws ConnectionError COMPRESSION_ERROR.
   */
  decode(block: Uint8Array): readonly HeaderField[] | undefined {
    const isIndexes = block.every((byte) => byte > 0x80 && byte < 0xff);
    const key = isIndexes ? latin1(block, 0, block.length) : '';
    const known = isIndexes ? this.#remembered.get(key) : undefined;
    if (known !== undefined) return known;
    const fields = this.#read(block);
    if (isIndexes && fields !== undefined) {
      if (this.#remembered.size >= rememberedMax) this.#remembered.clear();
      this.#remembered.set(key, fields);
    }
    return fields;
  }

  #read(block: Uint8Array): readonly HeaderField[] | undefined {
    this.#bytes = block;
    this.#at = 0;
    const fields: HeaderField[] = [];
    let listBytes = 0;
    while (this.#at < block.length) {
      const first = block[this.#at]!;
      if ((first & 0xe0) === 0x20) {
        if (fields.length > 0) throw malformed('a change of the table amid fields');
        this.#resize(this.#integer(5));
        continue;
      }
      const field = this.#field(first);
      listBytes += field[0].length + field[1].length + fieldOverhead;
      // The rest is read all the same: it may change the table.
      if (listBytes <= this.#listBytesMax) fields.push(field);
    }
    return listBytes <= this.#listBytesMax ? fields : undefined;
  }

  #field(first: number): HeaderField {
    if (first >= 0x80) return this.#entry(this.#integer(7));
    const indexed = first >= 0x40;
    const nameIndex = this.#integer(indexed ? 6 : 4);
    const name = nameIndex === 0 ? this.#string() : this.#entry(nameIndex)[0];
    const field: HeaderField = [name, this.#string()];
    if (indexed) this.#add(field);
    return field;
  }

  #entry(index: number): HeaderField {
    const entry =
      index <= staticTable.length ? staticTable[index - 1] : this.#dynamic[index - staticTable.length - 1];
    if (entry === undefined) throw malformed(`a field at index ${index}, where there is none`);
    return entry;
  }

  #add(field: HeaderField): void {
    this.#remembered.clear();
    const bytes = field[0].length + field[1].length + fieldOverhead;
    this.#evict(this.#dynamicBytesMax - bytes);
    if (bytes > this.#dynamicBytesMax) return;
    this.#dynamic.unshift(field);
    this.#dynamicBytes += bytes;
  }

  #resize(bytesMax: number): void {
    if (bytesMax > tableBytesMax) throw malformed(`a table of ${bytesMax} bytes`);
    this.#remembered.clear();
    this.#dynamicBytesMax = bytesMax;
    this.#evict(bytesMax);
  }

  #evict(bytesMax: number): void {
    while (this.#dynamicBytes > Math.max(bytesMax, 0)) {
      const [name, value] = this.#dynamic.pop()!;
      this.#dynamicBytes -= name.length + value.length + fieldOverhead;
    }
  }

  /** An integer whose first `bits` bits end its first byte (section 5.1). */
  #integer(bits: number): number {
    const full = (1 << bits) - 1;
    let value = this.#byte() & full;
    if (value < full) return value;
    for (let shift = 0; shift <= 21; shift += 7) {
      const byte = this.#byte();
      value += (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw malformed('an integer that is too large');
  }

  #string(): string {
    const isHuffman = this.#bytes[this.#at]! >= 0x80;
    const length = this.#integer(7);
    const begin = this.#at;
    this.#at += length;
    if (this.#at > this.#bytes.length) throw malformed('a string beyond its block');
    return isHuffman
      ? decodeHuffman(this.#bytes.subarray(begin, this.#at))
      : latin1(this.#bytes, begin, this.#at);
  }

  #byte(): number {
    if (this.#at >= this.#bytes.length) throw malformed('a block that ends too early');
    return this.#bytes[this.#at++]!;
  }
}

function latin1(bytes: Uint8Array, begin: number, end: number): string {
  let text = '';
  for (let at = begin; at < end; at++) text += String.fromCharCode(bytes[at]!);
  return text;
}

function malformed(what: string): ConnectionError {
  return new ConnectionError(http2Code.compressionError, `a header block with ${what}`);
}
