/** Sixteen tables of 256: what a byte does to the checksum when so many further bytes follow it. */
const tables: Int32Array = makeTables();

/**
 * CRC-32C (Castagnoli; RFC 3720, appendix B.4): the checksum of wire and disk formats. It notices every change of up to
 * three bits in 256 MiB and every burst of up to 32 bits. Sixteen bytes at a time, after Intel's "slicing" (Kounavis
 * and Berry, 2005).
 *
 * @param previous - the checksum of the bytes before, to go on from there.
 */
export function crc32c(bytes: Uint8Array, previous = 0): number {
  const table = tables;
  let crc = ~previous;
  let at = 0;
  for (const last = bytes.length - 15; at < last; at += 16) {
    crc ^= bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    crc =
      table[3840 + (crc & 255)]! ^
      table[3584 + ((crc >>> 8) & 255)]! ^
      table[3328 + ((crc >>> 16) & 255)]! ^
      table[3072 + (crc >>> 24)]! ^
      table[2816 + bytes[at + 4]!]! ^
      table[2560 + bytes[at + 5]!]! ^
      table[2304 + bytes[at + 6]!]! ^
      table[2048 + bytes[at + 7]!]! ^
      table[1792 + bytes[at + 8]!]! ^
      table[1536 + bytes[at + 9]!]! ^
      table[1280 + bytes[at + 10]!]! ^
      table[1024 + bytes[at + 11]!]! ^
      table[768 + bytes[at + 12]!]! ^
      table[512 + bytes[at + 13]!]! ^
      table[256 + bytes[at + 14]!]! ^
      table[bytes[at + 15]!]!;
  }
  for (; at < bytes.length; at++) crc = (crc >>> 8) ^ table[(crc ^ bytes[at]!) & 255]!;
  return ~crc >>> 0;
}

function makeTables(): Int32Array {
  const made = new Int32Array(16 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ ((crc & 1) === 1 ? 0x82f63b78 : 0);
    made[byte] = crc;
  }
  for (let at = 256; at < made.length; at++) {
    const before = made[at - 256]!;
    made[at] = (before >>> 8) ^ made[before & 255]!;
  }
  return made;
}
