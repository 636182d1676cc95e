const slots = 8_192;
const textBytesMax = 64;

/**
 * Texts by their bytes in UTF-8, since senders repeat themselves: a text that was seen lately is not decoded again. Of two
 * that fall into the same slot, the newer stays. Bytes that are no UTF-8 are read as U+FFFD.
 */
class TextCache {
  readonly #bytes = new Uint8Array(slots * textBytesMax);
  readonly #lengths = new Uint8Array(slots);
  readonly #texts: string[] = new Array<string>(slots).fill('');

  text(body: Buffer, from: number, to: number): string {
    const length = to - from;
    if (length > textBytesMax) return body.toString('utf8', from, to);
    let hash = 0x811c9dc5;
    let high = 0;
    for (let index = from; index < to; index++) {
      const byte = body[index]!;
      high |= byte;
      hash = Math.imul(hash ^ byte, 0x01000193);
    }
    const slot = (hash ^ (hash >>> 15)) & (slots - 1);
    if (this.#lengths[slot] === length && this.#holds(slot, body, from, length)) return this.#texts[slot]!;
    const text = body.toString(high < 0x80 ? 'latin1' : 'utf8', from, to);
    this.#bytes.set(body.subarray(from, to), slot * textBytesMax);
    this.#lengths[slot] = length;
    this.#texts[slot] = text;
    return text;
  }

  #holds(slot: number, body: Buffer, from: number, length: number): boolean {
    const at = slot * textBytesMax;
    for (let index = 0; index < length; index++) {
      if (this.#bytes[at + index] !== body[from + index]) return false;
    }
    return true;
  }
}

const cache = new TextCache();

/** The text that stands in UTF-8 from `from` to `to`. */
export function textOf(body: Buffer, from: number, to: number): string {
  return cache.text(body, from, to);
}

/** The same as a JSON string. */
export function jsonTextOf(body: Buffer, from: number, to: number): string {
  for (let index = from; index < to; index++) {
    const byte = body[index]!;
    // What JSON has to escape, and what is not ASCII.
    if (byte < 0x20 || byte > 0x7e || byte === 0x22 || byte === 0x5c) {
      return JSON.stringify(textOf(body, from, to));
    }
  }
  return `"${textOf(body, from, to)}"`;
}
