const pieceBytes = 4096;

/** Bytes as a string of as many characters: strings of this kind are in the order of their bytes. */
export function latin1(bytes: Uint8Array): string {
  if (bytes.length <= pieceBytes) return String.fromCharCode.apply(undefined, bytes as unknown as number[]);
  let text = '';
  for (let at = 0; at < bytes.length; at += pieceBytes) text += latin1(bytes.subarray(at, at + pieceBytes));
  return text;
}
