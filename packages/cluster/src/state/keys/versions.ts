import type { KeyValue } from '../../etcd/key-value.ts';
import type { Arena } from '../memory/arena.ts';
import { ByteCopies } from '../memory/byte-copies.ts';
import { keyBytesAt, lengthAt } from './sorted-keys.ts';

// How a version lies in its block: three doubles, then words; then its lease, if it has one, and the value.
const modDouble = 0;
const createDouble = 1;
const countDouble = 2;
const keyWord = 6;
const previousWord = 7;
const nextWord = 8;
const lengthWord = 9;
const subWord = 10;
const flagsWord = 11;
const headerBytes = 48;
/** The lower half of the lease, before the upper one. */
const leaseWord = 12;
const leaseBytes = 8;

const tombstoneFlag = 1;
const leaseFlag = 2;

const noBytes: Uint8Array = new Uint8Array(0);

/**
 * The versions of keys, each a block in the arena, known by its address: at which revision it was made, and as which of
 * the changes of that revision; since when the key exists, and how many times it was put; its key's block, and the
 * versions before and after it; value and lease. A tombstone says that the key was deleted, and has neither.
 */
export class Versions {
  private readonly arena: Arena;
  private readonly copies: ByteCopies = new ByteCopies();

  constructor(arena: Arena) {
    this.arena = arena;
  }

  create(mod: number, sub: number, create: number, count: number, value: Uint8Array, lease: bigint): number {
    const size = headerBytes + (lease === 0n ? 0 : leaseBytes) + value.length;
    const version = this.createHeader(size, mod, sub, lease === 0n ? 0 : leaseFlag);
    const doubles = this.arena.doubles[version >>> 16]!;
    const words = this.arena.words[version >>> 16]!;
    const double = (version & 0xffff) << 1;
    const word = (version & 0xffff) << 2;
    doubles[double + createDouble] = create;
    doubles[double + countDouble] = count;
    words[word + lengthWord] = value.length;
    if (lease !== 0n) {
      words[word + leaseWord] = Number(lease & 0xffff_ffffn);
      words[word + leaseWord + 1] = Number((lease >> 32n) & 0xffff_ffffn);
    }
    const valueAt = this.valueAt(version);
    const bytes = this.arena.bytes[version >>> 16]!;
    if (value.length < 32) for (let at = 0; at < value.length; at++) bytes[valueAt + at] = value[at]!;
    else bytes.set(value, valueAt);
    return version;
  }

  createTombstone(mod: number, sub: number): number {
    const version = this.createHeader(headerBytes, mod, sub, tombstoneFlag);
    const doubles = this.arena.doubles[version >>> 16]!;
    const double = (version & 0xffff) << 1;
    doubles[double + createDouble] = 0;
    doubles[double + countDouble] = 0;
    this.arena.words[version >>> 16]![((version & 0xffff) << 2) + lengthWord] = 0;
    return version;
  }

  /** Puts a new version behind `previous`, 0 for none, of the same key. */
  link(version: number, key: number, previous: number): void {
    this.setWord(version, keyWord, key);
    this.setWord(version, previousWord, previous);
    if (previous !== 0) this.setWord(previous, nextWord, version);
  }

  /** Frees the first of a key's versions. */
  free(version: number): void {
    const next = this.nextOf(version);
    if (next !== 0) this.setWord(next, previousWord, 0);
    this.arena.free(version);
  }

  modOf(version: number): number {
    return this.arena.doubles[version >>> 16]![((version & 0xffff) << 1) + modDouble]!;
  }

  /** Which of the changes of its revision it is, from 0. */
  subOf(version: number): number {
    return this.word(version, subWord);
  }

  createOf(version: number): number {
    return this.arena.doubles[version >>> 16]![((version & 0xffff) << 1) + createDouble]!;
  }

  countOf(version: number): number {
    return this.arena.doubles[version >>> 16]![((version & 0xffff) << 1) + countDouble]!;
  }

  /** The address of the key's block. */
  keyOf(version: number): number {
    return this.word(version, keyWord);
  }

  /** The version before it that is still there, or 0. */
  previousOf(version: number): number {
    return this.word(version, previousWord);
  }

  nextOf(version: number): number {
    return this.word(version, nextWord);
  }

  isTombstone(version: number): boolean {
    return (this.word(version, flagsWord) & tombstoneFlag) !== 0;
  }

  leaseOf(version: number): bigint {
    if ((this.word(version, flagsWord) & leaseFlag) === 0) return 0n;
    const high = this.word(version, leaseWord + 1) | 0;
    return (BigInt(high) << 32n) | BigInt(this.word(version, leaseWord));
  }

  keyLength(version: number): number {
    return lengthAt(this.arena, this.keyOf(version));
  }

  valueLength(version: number): number {
    return this.word(version, lengthWord);
  }

  /** Its key where it lies: valid until something is swept. */
  keyView(version: number): Uint8Array {
    const key = this.keyOf(version);
    const at = ((key & 0xffff) << 4) + keyBytesAt;
    return this.arena.bytes[key >>> 16]!.subarray(at, at + lengthAt(this.arena, key));
  }

  /** Its value where it lies: valid until something is swept. */
  valueView(version: number): Uint8Array {
    const at = this.valueAt(version);
    return this.arena.bytes[version >>> 16]!.subarray(at, at + this.valueLength(version));
  }

  /** A copy of the key at `keyAddress`. */
  keyBytes(keyAddress: number): Uint8Array {
    const at = ((keyAddress & 0xffff) << 4) + keyBytesAt;
    return this.copies.copy(this.arena.bytes[keyAddress >>> 16]!, at, lengthAt(this.arena, keyAddress));
  }

  /** A copy of its value. */
  valueBytes(version: number): Uint8Array {
    return this.copies.copy(
      this.arena.bytes[version >>> 16]!,
      this.valueAt(version),
      this.valueLength(version),
    );
  }

  /** As clients see it, copied; without its value if so wanted. */
  keyValue(version: number, keysOnly = false): KeyValue {
    return {
      key: this.keyBytes(this.keyOf(version)),
      createRevision: this.createOf(version),
      modRevision: this.modOf(version),
      version: this.countOf(version),
      value: keysOnly ? noBytes : this.valueBytes(version),
      lease: this.leaseOf(version),
    };
  }

  /** How the bytes of one value stand to those of another: below, equal (0) or above. */
  compareValues(one: number, other: number): number {
    const here = this.valueView(one);
    const there = this.valueView(other);
    const shorter = Math.min(here.length, there.length);
    for (let index = 0; index < shorter; index++) {
      const difference = here[index]! - there[index]!;
      if (difference !== 0) return difference;
    }
    return here.length - there.length;
  }

  private createHeader(size: number, mod: number, sub: number, flags: number): number {
    const version = this.arena.allocate(size);
    const words = this.arena.words[version >>> 16]!;
    const word = (version & 0xffff) << 2;
    this.arena.doubles[version >>> 16]![((version & 0xffff) << 1) + modDouble] = mod;
    words[word + nextWord] = 0;
    words[word + subWord] = sub;
    words[word + flagsWord] = flags;
    return version;
  }

  private valueAt(version: number): number {
    const lease = (this.word(version, flagsWord) & leaseFlag) === 0 ? 0 : leaseBytes;
    return ((version & 0xffff) << 4) + headerBytes + lease;
  }

  private word(version: number, word: number): number {
    return this.arena.words[version >>> 16]![((version & 0xffff) << 2) + word]!;
  }

  private setWord(version: number, word: number, value: number): void {
    this.arena.words[version >>> 16]![((version & 0xffff) << 2) + word] = value;
  }
}
