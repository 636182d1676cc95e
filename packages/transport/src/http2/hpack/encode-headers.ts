import type { HeaderField } from './static-table.ts';
import { staticTable } from './static-table.ts';

/**
 * A header block that stands for itself: it uses the table that every connection knows and changes nothing, so that it
 * may be made once and sent on any connection (RFC 7541, section 6.2.2). Names and values are octets.
 */
export function encodeHeaders(fields: readonly HeaderField[]): Uint8Array {
  const bytes: number[] = [];
  for (const [name, value] of fields) {
    const whole = staticTable.findIndex((entry) => entry[0] === name && entry[1] === value);
    if (whole >= 0) {
      integer(bytes, 0x80, 7, whole + 1);
      continue;
    }
    const named = staticTable.findIndex((entry) => entry[0] === name);
    integer(bytes, 0, 4, named + 1);
    if (named < 0) string(bytes, name);
    string(bytes, value);
  }
  return Uint8Array.from(bytes);
}

function integer(bytes: number[], high: number, bits: number, value: number): void {
  const full = (1 << bits) - 1;
  if (value < full) {
    bytes.push(high | value);
    return;
  }
  bytes.push(high | full);
  let rest = value - full;
  for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  bytes.push(rest);
}

function string(bytes: number[], text: string): void {
  integer(bytes, 0, 7, text.length);
  for (let at = 0; at < text.length; at++) bytes.push(text.charCodeAt(at) & 0xff);
}
