/** The digest of a row of texts: `digest` is that of the row without the last. FNV-1a (Fowler, Noll, Vo). */
export function extendDigest(digest: number, text: string): number {
  let word = digest;
  for (let index = 0; index < text.length; index++) {
    word = Math.imul(word ^ text.charCodeAt(index), 0x01000193);
  }
  return Math.imul(word ^ text.length, 0x01000193) | 0;
}

/** The digest of an empty row. */
export const emptyDigest: number = 0x811c9dc5 | 0;
