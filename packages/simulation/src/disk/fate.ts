/**
 * What becomes of a change that was not durable when its host crashed or its flush failed: the outcome, and 32 bits
 * of chance for whatever else has to be decided, drawn whether they are needed or not (so that a fault which a
 * shrinker takes back leaves all others as they were).
 */
export interface Fate {
  readonly outcome: 'kept' | 'lost' | 'torn';
  readonly bits: number;
}

/**
 * Whether the sector `index` of `count` sectors of a torn write reached the disk. Disks write sectors whole, in
 * any order: half of the torn writes end at a sector boundary, the others have holes. At least one sector is there
 * and at least one is missing.
 */
export function sectorKept(bits: number, index: number, count: number): boolean {
  const pick = bits >>> 1;
  if (bits % 2 === 0) return index <= pick % (count - 1);
  const word = Math.imul(pick, 0x9e3779b1) >>> 8;
  const kept = word % count;
  const missing = (kept + 1 + (Math.floor(word / count) % (count - 1))) % count;
  if (index === kept) return true;
  return index !== missing && ((pick >>> (index % 31)) & 1) === 1;
}

/** Whether a file that a lost write would have extended has its new size all the same, and zeros in it. */
export function sizeKept(bits: number): boolean {
  return bits >>> 31 === 1;
}
