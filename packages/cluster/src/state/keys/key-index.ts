import type { Arena } from '../memory/arena.ts';
import { hashKey, KeyHash } from './key-hash.ts';
import { KeyTree } from './key-tree.ts';
import { keyBytesAt } from './sorted-keys.ts';

/**
 * All keys that have versions: to be found by a hash, and in their order in a tree. A key's block begins with the address
 * of its latest version.
 */
export class KeyIndex {
  readonly tree: KeyTree;
  /** Those that are deleted, and still there for their past. */
  private readonly deleted: KeyTree;
  private readonly arena: Arena;
  private readonly hashes: KeyHash = new KeyHash();
  private sought: Uint8Array = new Uint8Array(0);
  private readonly isSought = (address: number): boolean => this.tree.isKey(address, this.sought);

  constructor(arena: Arena) {
    this.arena = arena;
    this.tree = new KeyTree(arena);
    this.deleted = new KeyTree(arena);
  }

  /** Keys that are not deleted. */
  get liveCount(): number {
    return this.tree.count - this.deleted.count;
  }

  /** How many keys are not deleted from `from` on up to and without `end`. */
  countLive(from: Uint8Array, end: Uint8Array | undefined): number {
    return this.tree.countRange(from, end) - this.deleted.countRange(from, end);
  }

  /** The address of a key, or 0. */
  find(key: Uint8Array): number {
    return this.findHashed(key, hashKey(key));
  }

  /** The address of a key, which is new, without a version yet, if it was not there. */
  findOrAdd(key: Uint8Array): number {
    const hash = hashKey(key);
    const found = this.findHashed(key, hash);
    if (found !== 0) return found;
    const address = this.arena.allocate(keyBytesAt + key.length);
    const words = this.arena.words[address >>> 16]!;
    const word = (address & 0xffff) << 2;
    words[word] = 0;
    words[word + 1] = key.length;
    this.arena.bytes[address >>> 16]!.set(key, (word << 2) + keyBytesAt);
    this.tree.find(key);
    this.tree.insert(address, key);
    this.hashes.add(hash, address);
    return address;
  }

  latest(address: number): number {
    return this.arena.words[address >>> 16]![(address & 0xffff) << 2]!;
  }

  setLatest(address: number, version: number): void {
    this.arena.words[address >>> 16]![(address & 0xffff) << 2] = version;
  }

  /** The key is deleted from now on. */
  markDeleted(address: number): void {
    const key = this.tree.keyAt(address);
    this.deleted.find(key);
    this.deleted.insert(address, key);
  }

  /** The key was deleted, and is no longer. */
  markLive(key: Uint8Array): void {
    this.deleted.find(key);
    this.deleted.remove();
  }

  /** Removes a deleted key of which nothing is left. */
  remove(address: number): void {
    const key = this.tree.keyAt(address);
    for (const tree of [this.tree, this.deleted]) {
      tree.find(key);
      tree.remove();
    }
    this.hashes.remove(hashKey(key), address);
    this.arena.free(address);
  }

  private findHashed(key: Uint8Array, hash: number): number {
    this.sought = key;
    const address = this.hashes.find(hash, this.isSought);
    return address === 0 && this.hashes.isIncomplete(hash) ? this.tree.find(key) : address;
  }
}
