/** FNV-1a (Fowler, Noll, Vo) of `bytes` in words of four, 32 bits. */
export function checksumOf(bytes: Uint8Array): number {
  const { length } = bytes;
  let hash = 0x811c9dc5 ^ length;
  let at = 0;
  for (; at + 4 <= length; at += 4) {
    const word = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    hash = Math.imul(hash ^ word, 0x01000193);
    // Else high bits would never reach low ones.
    hash ^= hash >>> 15;
  }
  for (; at < length; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
  return hash >>> 0;
}
