/** The Castagnoli polynomial, bits reversed: it finds more of the errors that disks make than that of zlib. */
const polynomial = 0x82f63b78;

const table: Int32Array = new Int32Array(256).map((_, byte) => {
  let word = byte;
  for (let bit = 0; bit < 8; bit++) word = word & 1 ? (word >>> 1) ^ polynomial : word >>> 1;
  return word;
});

/** CRC-32C (RFC 3720, appendix B.4) of `bytes[from, to)`. */
export function crc32c(bytes: Uint8Array, from: number = 0, to: number = bytes.length): number {
  let word = -1;
  for (let index = from; index < to; index++) {
    word = table[(word ^ bytes[index]!) & 0xff]! ^ (word >>> 8);
  }
  return ~word >>> 0;
}
