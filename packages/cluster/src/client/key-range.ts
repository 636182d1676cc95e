/** Keys from `key` up to `rangeEnd`, as etcd writes it: empty for one key, one zero byte for no end. */
export interface KeyRange {
  readonly key: Uint8Array;
  readonly rangeEnd: Uint8Array;
}

const toUtf8 = new TextEncoder();
const fromUtf8 = new TextDecoder();
const zero: Uint8Array = new Uint8Array(1);
const none: Uint8Array = new Uint8Array(0);

export function encodeKey(key: string): Uint8Array {
  return toUtf8.encode(key);
}

/** Bytes that are no UTF-8, which other clients may have put, come out with replacement characters. */
export function decodeKey(key: Uint8Array): string {
  return fromUtf8.decode(key);
}

export function oneKey(key: string): KeyRange {
  return { key: toUtf8.encode(key), rangeEnd: none };
}

/** All keys that begin with `prefix`; those after the key `after`, if it is given. */
export function prefixRange(prefix: string, after?: string): KeyRange {
  const begin = toUtf8.encode(prefix);
  const rangeEnd = behind(begin);
  if (after === undefined) return { key: begin.length === 0 ? zero : begin, rangeEnd };
  const next = toUtf8.encode(`${after}\0`);
  return { key: Buffer.compare(next, begin) < 0 ? begin : next, rangeEnd };
}

/** The least bytes that are greater than all that begin with `prefix`. UTF-8 has no byte 255, which could not be raised. */
function behind(prefix: Uint8Array): Uint8Array {
  if (prefix.length === 0) return zero;
  const end = prefix.slice();
  end[end.length - 1]! += 1;
  return end;
}
