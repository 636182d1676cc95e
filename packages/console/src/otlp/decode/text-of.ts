import { ByteCache } from './byte-cache.ts';

const texts = new ByteCache();

/** The text that stands in UTF-8 from `from` to `to`. Bytes that are no UTF-8 are read as U+FFFD. */
export function textOf(body: Buffer, from: number, to: number): string {
  const known = texts.find(body, from, to);
  if (known !== undefined) return known;
  const text = body.toString('utf8', from, to);
  texts.keep(body, from, to, text);
  return text;
}

/** The same as a JSON string. */
export function jsonTextOf(body: Buffer, from: number, to: number): string {
  for (let index = from; index < to; index++) {
    const byte = body[index]!;
    // What JSON has to escape, and what is not ASCII.
    if (byte < 0x20 || byte > 0x7e || byte === 0x22 || byte === 0x5c) {
      return JSON.stringify(body.toString('utf8', from, to));
    }
  }
  return `"${body.toString('latin1', from, to)}"`;
}
