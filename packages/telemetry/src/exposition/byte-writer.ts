import { escapeQuoted } from './escape-quoted.ts';

const zero = 48;
const newline = 10;
const quote = 34;
const backslash = 92;

/** Texts up to this many characters are faster written one by one than by a call out of JavaScript. */
const shortText = 24;

/**
 * Text as UTF-8 in one buffer that grows, and is used again for every piece. It makes no string for a line: a scrape is
 * several times faster for it.
 */
export class ByteWriter {
  #bytes: Buffer;
  #length = 0;

  /** @param capacity - bytes that are taken at first; there may be more. */
  constructor(capacity: number) {
    this.#bytes = Buffer.allocUnsafeSlow(capacity);
  }

  /** How many bytes are written. */
  get length(): number {
    return this.#length;
  }

  text(text: string): void {
    // No UTF-16 unit takes more than three bytes.
    this.#reserve(text.length * 3);
    this.#length += this.#bytes.write(text, this.#length, 'utf8');
  }

  /** Writes what stands between quotes, with a backslash before what would end them. */
  quoted(text: string): void {
    if (text.length > shortText || !this.#plain(text)) this.text(escapeQuoted(text));
  }

  bytes(source: Uint8Array): void {
    this.#reserve(source.length);
    this.#bytes.set(source, this.#length);
    this.#length += source.length;
  }

  /** Writes again what stands from `from` to `to`. */
  again(from: number, to: number): void {
    this.#reserve(to - from);
    this.#bytes.copyWithin(this.#length, from, to);
    this.#length += to - from;
  }

  /** Writes a sample's value and what follows it, and ends its line. */
  value(value: number, after = ''): void {
    if (value >>> 0 === value) this.#digits(value);
    else this.quoted(formatNumber(value));
    if (after !== '') this.text(after);
    this.#reserve(1);
    this.#bytes[this.#length] = newline;
    this.#length += 1;
  }

  /** Takes back all from `length` on. */
  cut(length: number): void {
    this.#length = length;
  }

  /**
   * What is written; then it is empty. A string, since a buffer for every piece lies outside of the engine's heap: after a
   * few, it collects all garbage, and throws optimised code away with it.
   */
  take(): string {
    const taken = this.#bytes.toString('utf8', 0, this.#length);
    this.#length = 0;
    return taken;
  }

  /** Writes a short text of which no character is special; returns false, and writes nothing, where one is. */
  #plain(text: string): boolean {
    this.#reserve(text.length);
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      if (code === quote || code === backslash || code === newline || code > 127) return false;
      this.#bytes[this.#length + index] = code;
    }
    this.#length += text.length;
    return true;
  }

  #digits(value: number): void {
    let width = 1;
    for (let bound = 10; value >= bound; bound *= 10) width += 1;
    this.#reserve(width);
    let rest = value;
    for (let index = this.#length + width - 1; index >= this.#length; index -= 1) {
      const next = Math.floor(rest / 10);
      this.#bytes[index] = zero + rest - next * 10;
      rest = next;
    }
    this.#length += width;
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.#length + count));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}

/** A number as all of Prometheus' formats write it. */
export function formatNumber(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  return String(value);
}
