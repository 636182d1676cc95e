import type { KeyValue } from '../../etcd/key-value.ts';
import { Arena } from '../memory/arena.ts';
import { ByteCopies } from '../memory/byte-copies.ts';
import { GarbageSums } from './garbage-sums.ts';
import { hashKey, KeyHash } from './key-hash.ts';
import { KeyTree } from './key-tree.ts';
import { RevisionLog } from './revision-log.ts';
import { keyBytesAt } from './sorted-keys.ts';
import {
  countDouble,
  createDouble,
  flagsWord,
  headerBytes,
  keyWord,
  leaseBytes,
  leaseFlag,
  leaseWord,
  lengthWord,
  modDouble,
  nextWord,
  previousWord,
  subWord,
  tombstoneFlag,
} from './version.ts';

/** What a version counts against the quota beside its key and value: about what it takes. */
export const versionOverhead = 80;

const noBytes: Uint8Array = new Uint8Array(0);

/** Told when a key comes to go with a lease, or goes with it no longer. `key` is the key's address while it exists. */
export interface LeaseAttachments {
  attach(lease: bigint, key: number): void;
  detach(lease: bigint, key: number): void;
}

/** Keeps versions of its revision and before from being freed, from its place on. A snapshot moves it along as it reads. */
export interface Hold {
  readonly revision: number;
  /** The next version that it reads. */
  mod: number;
  sub: number;
}

const sweepBatch = 64;

/**
 * The keys with all their versions since the last compaction, as etcd keeps them: each change makes a version at the
 * revision of its transaction, a deletion a tombstone. Keys and versions lie in an arena, known by their addresses; what
 * goes out is copied.
 */
export class KeySpace {
  /** Of the last transaction that changed anything. */
  revision = 1;
  /** Revisions before it cannot be read any more. */
  compactedRevision = -1;
  readonly arena: Arena = new Arena();
  readonly tree: KeyTree = new KeyTree(this.arena);
  private readonly hashes: KeyHash = new KeyHash();
  /** Those that are deleted, and still there for their past. */
  private readonly deleted: KeyTree = new KeyTree(this.arena);
  readonly log: RevisionLog = new RevisionLog(this.arena);
  /** Versions made by the transaction under way. */
  changes = 0;
  private readonly leases: LeaseAttachments;
  private readonly copies: ByteCopies = new ByteCopies();
  private readonly holds: Set<Hold> = new Set();
  private bytes = 0;
  /** Bytes that were superseded so far, and those of them that compactions have set free. */
  private garbage = 0;
  private freed = 0;
  private garbageSums: GarbageSums = new GarbageSums(2);
  /** The next version to be looked at for what it superseded; those before it are done. */
  private sweptMod = 0;
  private sweptSub = 0;
  /** Tombstones of the compacted revision itself: watchers may still ask for them. */
  private lastTombstones: number[] = [];
  private readonly batch: Uint32Array = new Uint32Array(sweepBatch);
  private restoring = 0;
  private sought: Uint8Array = noBytes;
  private readonly isSought = (address: number): boolean => this.tree.isKey(address, this.sought);

  constructor(leases: LeaseAttachments) {
    this.leases = leases;
  }

  /** Bytes of the versions that can be read, as they count against the quota: the same on all members. */
  get bytesInUse(): number {
    return this.bytes;
  }

  /** Keys that are not deleted. */
  get keyCount(): number {
    return this.tree.count - this.deleted.count;
  }

  /** Begins a transaction: its changes all have the next revision. */
  begin(): void {
    this.changes = 0;
  }

  /** Ends a transaction; the revision after it. */
  end(): number {
    if (this.changes > 0) {
      this.revision++;
      this.garbageSums.push(this.garbage);
    }
    return this.revision;
  }

  put(key: Uint8Array, value: Uint8Array, lease: bigint): void {
    this.append(key, this.revision + 1, 0, 0, value, lease);
  }

  /** Deletes the key at this address, which must not be deleted already. */
  deleteKey(keyAddress: number): void {
    this.appendTombstone(keyAddress, this.revision + 1);
  }

  /**
   * Calls `visit` with the version of each key in the range as of `revision`, in the order of keys, until it returns
   * false. The bounds are as in a RangeRequest. Nothing may change meanwhile.
   */
  visit(
    key: Uint8Array,
    rangeEnd: Uint8Array,
    revision: number,
    visit: (version: number, keyAddress: number) => boolean,
  ): void {
    if (rangeEnd.length === 0) {
      const address = this.find(key);
      const version = address === 0 ? 0 : this.versionAt(address, revision);
      if (version !== 0) visit(version, address);
      return;
    }
    const end = rangeEnd.length === 1 && rangeEnd[0] === 0 ? undefined : rangeEnd;
    this.tree.scan(key, end, (address) => {
      const version = this.versionAt(address, revision);
      return version === 0 || visit(version, address);
    });
  }

  /** How many keys `visit` would visit; as of now, without looking at each. */
  count(key: Uint8Array, rangeEnd: Uint8Array, revision: number): number {
    const isPast = this.changes > 0 ? revision <= this.revision : revision < this.revision;
    if (rangeEnd.length > 0 && !isPast) {
      const end = rangeEnd.length === 1 && rangeEnd[0] === 0 ? undefined : rangeEnd;
      return this.tree.countRange(key, end) - this.deleted.countRange(key, end);
    }
    let count = 0;
    this.visit(key, rangeEnd, revision, () => {
      count++;
      return true;
    });
    return count;
  }

  /** The address of a key that has versions, or 0. */
  find(key: Uint8Array): number {
    return this.findHashed(key, hashKey(key));
  }

  /** The version of a key as of a revision; 0 when it did not exist. */
  versionAt(keyAddress: number, revision: number): number {
    let version = this.latest(keyAddress);
    while (version !== 0 && this.modOf(version) > revision) version = this.previousOf(version);
    return version === 0 || this.isTombstone(version) ? 0 : version;
  }

  latest(keyAddress: number): number {
    return this.arena.words[keyAddress >>> 16]![(keyAddress & 0xffff) << 2]!;
  }

  modOf(version: number): number {
    return this.arena.doubles[version >>> 16]![((version & 0xffff) << 1) + modDouble]!;
  }

  createOf(version: number): number {
    return this.arena.doubles[version >>> 16]![((version & 0xffff) << 1) + createDouble]!;
  }

  countOf(version: number): number {
    return this.arena.doubles[version >>> 16]![((version & 0xffff) << 1) + countDouble]!;
  }

  keyOf(version: number): number {
    return this.word(version, keyWord);
  }

  previousOf(version: number): number {
    return this.word(version, previousWord);
  }

  nextOf(version: number): number {
    return this.word(version, nextWord);
  }

  subOf(version: number): number {
    return this.word(version, subWord);
  }

  valueLength(version: number): number {
    return this.word(version, lengthWord);
  }

  isTombstone(version: number): boolean {
    return (this.word(version, flagsWord) & tombstoneFlag) !== 0;
  }

  leaseOf(version: number): bigint {
    if ((this.word(version, flagsWord) & leaseFlag) === 0) return 0n;
    const high = this.word(version, leaseWord + 1) | 0;
    return (BigInt(high) << 32n) | BigInt(this.word(version, leaseWord));
  }

  /** Where a key begins within the bytes of its slab. */
  keyBegins(keyAddress: number): number {
    return ((keyAddress & 0xffff) << 4) + keyBytesAt;
  }

  /** Where the value begins within the bytes of its slab. */
  valueAt(version: number): number {
    const lease = (this.word(version, flagsWord) & leaseFlag) === 0 ? 0 : leaseBytes;
    return ((version & 0xffff) << 4) + headerBytes + lease;
  }

  /** How the bytes of one value stand to those of another: below, equal (0) or above. */
  compareValues(one: number, other: number): number {
    const bytes = this.arena.bytes[one >>> 16]!;
    const otherBytes = this.arena.bytes[other >>> 16]!;
    const at = this.valueAt(one);
    const otherAt = this.valueAt(other);
    const shorter = Math.min(this.valueLength(one), this.valueLength(other));
    for (let index = 0; index < shorter; index++) {
      const difference = bytes[at + index]! - otherBytes[otherAt + index]!;
      if (difference !== 0) return difference;
    }
    return this.valueLength(one) - this.valueLength(other);
  }

  keyBytes(keyAddress: number): Uint8Array {
    return this.copies.copy(
      this.arena.bytes[keyAddress >>> 16]!,
      this.keyBegins(keyAddress),
      this.tree.lengthAt(keyAddress),
    );
  }

  valueBytes(version: number): Uint8Array {
    return this.copies.copy(
      this.arena.bytes[version >>> 16]!,
      this.valueAt(version),
      this.valueLength(version),
    );
  }

  /** A version as clients see it; without its value if so wanted. */
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

  /** From now on only `revision` and later ones can be read. `sweep` frees what that leaves behind. */
  compact(revision: number): void {
    this.compactedRevision = revision;
    if (revision < 2) return;
    const freed = this.garbageSums.at(revision);
    this.bytes -= freed - this.freed;
    this.freed = freed;
    this.garbageSums.forgetBefore(revision);
  }

  hold(revision: number): Hold {
    const hold: Hold = { revision, mod: 0, sub: 0 };
    this.holds.add(hold);
    return hold;
  }

  release(hold: Hold): void {
    this.holds.delete(hold);
  }

  /** Prepares an empty key space for the versions of a snapshot. */
  beginRestore(compactedRevision: number): void {
    this.compactedRevision = compactedRevision;
    this.revision = Math.max(1, compactedRevision);
    this.garbageSums = new GarbageSums(this.revision + 1);
    this.sweptMod = compactedRevision + 1;
  }

  /** Appends the next version of a snapshot; they come in the order in which they came about. */
  restorePut(
    key: Uint8Array,
    mod: number,
    create: number,
    count: number,
    value: Uint8Array,
    lease: bigint,
  ): void {
    this.advanceRestore(mod);
    this.append(key, mod, create, count, value, lease);
  }

  restoreTombstone(key: Uint8Array, mod: number): void {
    this.advanceRestore(mod);
    const hash = hashKey(key);
    const version = this.appendTombstone(this.findHashed(key, hash) || this.newKey(key, hash), mod);
    if (mod === this.compactedRevision) this.lastTombstones.push(version);
  }

  /** The revision of the last version that was restored. */
  get lastRestored(): number {
    return this.restoring;
  }

  endRestore(revision: number): void {
    this.advanceRestore(revision + 1);
    this.revision = revision;
    this.changes = 0;
  }

  /**
   * Whether what the compaction made unreadable has been freed. Versions are, once a later one not after the compacted
   * revision has taken their place; tombstones, once that is before the compacted revision.
   */
  get isSwept(): boolean {
    return this.sweptMod > this.compactedRevision;
  }

  /** Takes apart some of what is compacted. True when there is more of it to do now. */
  sweep(): boolean {
    const compacted = this.compactedRevision;
    if (this.isSwept) return false;
    if (!this.sweepLastTombstones(compacted)) return false;
    const count = this.log.read(this.sweptMod, this.sweptSub, this.batch);
    for (let index = 0; index < count; index++) {
      const version = this.batch[index]!;
      const mod = this.modOf(version);
      if (mod > compacted) {
        this.sweptMod = compacted + 1;
        this.sweptSub = 0;
        return false;
      }
      const sub = this.subOf(version);
      const previous = this.previousOf(version);
      if (previous !== 0 && !this.free(previous)) return false;
      if (this.isTombstone(version)) {
        if (mod === compacted) this.lastTombstones.push(version);
        else if (!this.free(version)) return false;
      }
      this.sweptMod = mod;
      this.sweptSub = sub + 1;
    }
    if (count < sweepBatch) {
      this.sweptMod = compacted + 1;
      this.sweptSub = 0;
      return false;
    }
    return true;
  }

  private sweepLastTombstones(compacted: number): boolean {
    const { lastTombstones } = this;
    while (lastTombstones.length > 0) {
      const tombstone = lastTombstones[lastTombstones.length - 1]!;
      if (this.modOf(tombstone) >= compacted) return true;
      if (!this.free(tombstone)) return false;
      lastTombstones.pop();
    }
    return true;
  }

  /** Frees a version that nobody can read; false if a snapshot still wants it. */
  private free(version: number): boolean {
    const mod = this.modOf(version);
    for (const hold of this.holds) {
      if (mod > hold.revision) continue;
      if (mod > hold.mod || (mod === hold.mod && this.subOf(version) >= hold.sub)) return false;
    }
    const key = this.keyOf(version);
    const next = this.nextOf(version);
    this.log.remove(version);
    if (next !== 0) {
      this.arena.words[next >>> 16]![((next & 0xffff) << 2) + previousWord] = 0;
    } else {
      this.removeKey(key);
    }
    this.arena.free(version);
    return true;
  }

  /** With 0 for `create`, the key goes on from its last version, or begins. */
  private append(
    key: Uint8Array,
    mod: number,
    create: number,
    count: number,
    value: Uint8Array,
    lease: bigint,
  ): void {
    const hash = hashKey(key);
    const keyAddress = this.findHashed(key, hash) || this.newKey(key, hash);
    const previous = this.latest(keyAddress);
    let created = mod;
    let counted = 1;
    if (previous !== 0 && this.isTombstone(previous)) {
      this.deleted.find(key);
      this.deleted.remove();
    } else if (previous !== 0) {
      created = this.createOf(previous);
      counted = this.countOf(previous) + 1;
      const before = this.leaseOf(previous);
      if (before !== 0n) this.leases.detach(before, keyAddress);
    }
    if (create !== 0) {
      created = create;
      counted = count;
    }
    const version = this.newVersion(value.length, lease);
    this.writeVersion(version, mod, created, counted, value.length, this.changes++, lease);
    const valueAt = this.valueAt(version);
    const bytes = this.arena.bytes[version >>> 16]!;
    if (value.length < 32) for (let at = 0; at < value.length; at++) bytes[valueAt + at] = value[at]!;
    else bytes.set(value, valueAt);
    this.link(keyAddress, previous, version);
    this.bytes += this.weight(version);
    if (lease !== 0n) this.leases.attach(lease, keyAddress);
  }

  private appendTombstone(keyAddress: number, mod: number): number {
    const previous = this.latest(keyAddress);
    const lease = previous === 0 ? 0n : this.leaseOf(previous);
    const version = this.newVersion(0, 0n);
    this.writeVersion(version, mod, 0, 0, 0, this.changes++, 0n);
    this.arena.words[version >>> 16]![((version & 0xffff) << 2) + flagsWord] = tombstoneFlag;
    this.link(keyAddress, previous, version);
    if (lease !== 0n) this.leases.detach(lease, keyAddress);
    const key = this.tree.keyAt(keyAddress);
    this.deleted.find(key);
    this.deleted.insert(keyAddress, key);
    return version;
  }

  /** Passes on to the revision of the next version; those up to the one before are whole. */
  private advanceRestore(mod: number): void {
    if (mod !== this.restoring) this.changes = 0;
    this.restoring = mod;
    while (this.revision < mod - 1) {
      this.garbageSums.push(this.garbage);
      this.revision++;
    }
  }

  private findHashed(key: Uint8Array, hash: number): number {
    this.sought = key;
    const address = this.hashes.find(hash, this.isSought);
    return address === 0 && this.hashes.isIncomplete(hash) ? this.tree.find(key) : address;
  }

  private newKey(key: Uint8Array, hash: number): number {
    const address = this.arena.allocate(keyBytesAt + key.length);
    const slab = address >>> 16;
    const words = this.arena.words[slab]!;
    const at = (address & 0xffff) << 2;
    words[at] = 0;
    words[at + 1] = key.length;
    this.arena.bytes[slab]!.set(key, (at << 2) + keyBytesAt);
    this.tree.find(key);
    this.tree.insert(address, key);
    this.hashes.add(hash, address);
    return address;
  }

  private removeKey(address: number): void {
    const key = this.tree.keyAt(address);
    for (const tree of [this.tree, this.deleted]) {
      tree.find(key);
      tree.remove();
    }
    this.hashes.remove(hashKey(key), address);
    this.arena.free(address);
  }

  private newVersion(length: number, lease: bigint): number {
    return this.arena.allocate(headerBytes + (lease === 0n ? 0 : leaseBytes) + length);
  }

  private writeVersion(
    version: number,
    mod: number,
    create: number,
    count: number,
    length: number,
    sub: number,
    lease: bigint,
  ): void {
    const doubles = this.arena.doubles[version >>> 16]!;
    const words = this.arena.words[version >>> 16]!;
    const double = (version & 0xffff) << 1;
    const word = (version & 0xffff) << 2;
    doubles[double + modDouble] = mod;
    doubles[double + createDouble] = create;
    doubles[double + countDouble] = count;
    words[word + lengthWord] = length;
    words[word + subWord] = sub;
    words[word + nextWord] = 0;
    if (lease === 0n) {
      words[word + flagsWord] = 0;
    } else {
      words[word + flagsWord] = leaseFlag;
      words[word + leaseWord] = Number(lease & 0xffff_ffffn);
      words[word + leaseWord + 1] = Number((lease >> 32n) & 0xffff_ffffn);
    }
  }

  /** Makes `version` the latest of its key, after `previous`, and appends it to the log. */
  private link(key: number, previous: number, version: number): void {
    const words = this.arena.words[version >>> 16]!;
    const word = (version & 0xffff) << 2;
    words[word + keyWord] = key;
    words[word + previousWord] = previous;
    this.arena.words[key >>> 16]![(key & 0xffff) << 2] = version;
    if (previous !== 0) {
      this.arena.words[previous >>> 16]![((previous & 0xffff) << 2) + nextWord] = version;
      this.garbage += this.weight(previous);
    }
    this.log.append(version, this.modOf(version), words[word + subWord]!);
  }

  /** What a version counts against the quota. */
  private weight(version: number): number {
    if (this.isTombstone(version)) return 0;
    return versionOverhead + this.tree.lengthAt(this.keyOf(version)) + this.valueLength(version);
  }

  private word(version: number, word: number): number {
    return this.arena.words[version >>> 16]![((version & 0xffff) << 2) + word]!;
  }
}
