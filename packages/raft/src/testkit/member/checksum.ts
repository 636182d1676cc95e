/** FNV-1a (Fowler, Noll, Vo) of `bytes`, 32 bits. */
export function checksumOf(bytes: Uint8Array): number {
  let word = 0x811c9dc5;
  for (let index = 0; index < bytes.length; index++) word = Math.imul(word ^ bytes[index]!, 0x01000193);
  return word >>> 0;
}
