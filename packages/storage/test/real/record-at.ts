/** The record that has `position`, whatever happens. */
export function recordAt(position: number): Uint8Array {
  return Uint8Array.from({ length: (position * 37) % 400 }, (_, index) => (position + index) % 256);
}
