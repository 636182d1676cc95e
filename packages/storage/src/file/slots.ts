import { crc32c, type DiskFile } from '@holdfast/core';
import { getUint48, isZero, setUint48, viewOf } from './whole-numbers.ts';

/** What a slot holds beside its own: six whole numbers below 2^48. */
export type SlotValues = readonly [number, number, number, number, number, number];

/** What the newer of two slots says, and both to be written on. */
export interface FoundSlots {
  readonly slots: Slots;
  readonly values: SlotValues;
  /** Whether the other slot is no slot: torn in a write that nobody was told of, or rotten. */
  readonly otherBroken: boolean;
}

/** Bytes that both slots take: each has a page of its own, so that a write to one cannot harm the other. */
export const slotsBytes = 8_192;
const pageBytes = 4_096;
/** `checksum | magic | count | six values`: 50 bytes and a rest of zeros, within one sector. */
const slotBytes = 64;
const magic = 0x48465331; // 'HFS1'

/**
 * A few numbers that change together, durably, in two slots that are written in turn: whatever becomes of the write under
 * way, the other slot has what was before it.
 */
export class Slots {
  readonly #file: DiskFile;
  readonly #at: number;
  #count: number;
  /** The slot written last, and the one that is written next, as this object knows them. */
  #current: Uint8Array;
  #next: Uint8Array;

  private constructor(file: DiskFile, at: number, count: number, pair: readonly Uint8Array[]) {
    this.#file = file;
    this.#at = at;
    this.#count = count;
    this.#current = pair[count % 2]!;
    this.#next = pair[(count + 1) % 2]!;
  }

  /** Both slots, before anything was written to them. */
  static begin(values: SlotValues): Uint8Array {
    const bytes = new Uint8Array(slotsBytes);
    bytes.set(encodeSlot(0, values));
    bytes.set(encodeSlot(1, values), pageBytes);
    return bytes;
  }

  /** Reads the slots at byte `at` of `file`; undefined when neither is one. */
  static async read(file: DiskFile, at: number): Promise<FoundSlots | undefined> {
    const bytes = await file.read(at, pageBytes + slotBytes);
    const pair = [0, 1].map((slot) => bytes.slice(slot * pageBytes, slot * pageBytes + slotBytes));
    const [first, second] = pair.map(decodeSlot);
    const newer = !first || (second && second.count > first.count) ? second : first;
    if (newer === undefined) return undefined;
    const { count, values } = newer;
    return {
      slots: new Slots(file, at, count, pair),
      values,
      otherBroken: first === undefined || second === undefined,
    };
  }

  /** Durable once it resolves. Not to be called twice at once. @throws HoldfastError DISK_FULL, DISK_FAILED. */
  async write(values: SlotValues): Promise<void> {
    const count = this.#count + 1;
    const bytes = encodeSlot(count, values);
    await this.#file.write(this.#placeOf(count), bytes);
    await this.#file.sync();
    this.#count = count;
    this.#next = this.#current;
    this.#current = bytes;
  }

  /** What has become of the slot that comes next: nothing, or somebody else has written it since, or it is no slot any more. */
  async nextSlot(): Promise<'untouched' | 'written' | 'broken'> {
    const known = this.#next;
    const next = this.#count + 1;
    const found = await this.#file.read(this.#placeOf(next), slotBytes);
    if (found.length === known.length && found.every((byte, at) => byte === known[at])) return 'untouched';
    const slot = decodeSlot(found, next % 2);
    return slot !== undefined && slot.count >= next ? 'written' : 'broken';
  }

  #placeOf(count: number): number {
    return this.#at + (count % 2) * pageBytes;
  }
}

function encodeSlot(count: number, values: SlotValues): Uint8Array {
  const bytes = new Uint8Array(slotBytes);
  const view = viewOf(bytes);
  view.setUint32(4, magic);
  setUint48(view, 8, count);
  for (const [index, value] of values.entries()) setUint48(view, 14 + 6 * index, value);
  view.setUint32(0, crc32c(bytes.subarray(4)));
  return bytes;
}

function decodeSlot(
  bytes: Uint8Array,
  slot: number,
): { readonly count: number; readonly values: SlotValues } | undefined {
  if (bytes.length < slotBytes || isZero(bytes)) return undefined;
  const view = viewOf(bytes);
  if (view.getUint32(0) !== crc32c(bytes.subarray(4)) || view.getUint32(4) !== magic) return undefined;
  const count = getUint48(view, 8);
  if (count % 2 !== slot) return undefined;
  const [a, b, c, d, e, f] = [14, 20, 26, 32, 38, 44].map((at) => getUint48(view, at));
  return { count, values: [a!, b!, c!, d!, e!, f!] };
}
