/** The Castagnoli polynomial, bits reversed: it finds more of the errors that disks make than that of zlib. */
const polynomial = 0x82f63b78;

/** Table `n` (of 16, with 256 words each) has what a byte does to the checksum `n` bytes later. */
const table: Int32Array = new Int32Array(16 * 256);

for (let byte = 0; byte < 256; byte++) {
  let word = byte;
  for (let bit = 0; bit < 8; bit++) word = word & 1 ? (word >>> 1) ^ polynomial : word >>> 1;
  table[byte] = word;
}
for (let at = 256; at < table.length; at++) {
  const word = table[at - 256]!;
  table[at] = (word >>> 8) ^ table[word & 0xff]!;
}

/**
 * CRC-32C (RFC 3720, appendix B.4) of `bytes[from, to)`, sixteen bytes at a time (Kounavis and Berry, "A Systematic
 * Approach to Building High Performance Software-Based CRC Generators", 2005). `begin` is the checksum of what precedes
 * them, or any seed.
 */
export function crc32c(
  bytes: Uint8Array,
  from: number = 0,
  to: number = bytes.length,
  begin: number = 0,
): number {
  let word = ~begin;
  let at = from;
  for (const last = to - 15; at < last; at += 16) {
    word ^= bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    word =
      table[0xf00 + (word & 0xff)]! ^
      table[0xe00 + ((word >>> 8) & 0xff)]! ^
      table[0xd00 + ((word >>> 16) & 0xff)]! ^
      table[0xc00 + (word >>> 24)]! ^
      table[0xb00 + bytes[at + 4]!]! ^
      table[0xa00 + bytes[at + 5]!]! ^
      table[0x900 + bytes[at + 6]!]! ^
      table[0x800 + bytes[at + 7]!]! ^
      table[0x700 + bytes[at + 8]!]! ^
      table[0x600 + bytes[at + 9]!]! ^
      table[0x500 + bytes[at + 10]!]! ^
      table[0x400 + bytes[at + 11]!]! ^
      table[0x300 + bytes[at + 12]!]! ^
      table[0x200 + bytes[at + 13]!]! ^
      table[0x100 + bytes[at + 14]!]! ^
      table[bytes[at + 15]!]!;
  }
  for (; at < to; at++) word = table[(word ^ bytes[at]!) & 0xff]! ^ (word >>> 8);
  return ~word >>> 0;
}
