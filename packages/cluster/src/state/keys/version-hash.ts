import { crc32c } from '@holdfast/core';
import type { KeySpace } from './key-space.ts';
import { VersionWalk } from './version-walk.ts';

/** Versions that one step looks at. */
const stepVersions = 1024;

/**
 * A checksum of all versions up to a revision that can be read as of now: the same on all members with the same
 * revisions, whatever they have freed. Counted step by step, since it may take seconds.
 */
export class VersionHash {
  readonly revision: number;
  readonly compactedRevision: number;
  private readonly keys: KeySpace;
  private readonly walk: VersionWalk;
  private readonly numbers: Float64Array = new Float64Array(3);
  private readonly numberBytes: Uint8Array = new Uint8Array(this.numbers.buffer);
  private hash = 0;

  constructor(keys: KeySpace, revision: number) {
    this.keys = keys;
    this.revision = revision;
    this.walk = new VersionWalk(keys, revision);
    this.compactedRevision = keys.compactedRevision;
  }

  /** Goes on; the hash once it has come to the end, undefined before. */
  step(): number | undefined {
    for (let count = 0; count < stepVersions; count++) {
      const version = this.walk.next();
      if (version === 0) {
        this.release();
        return this.hash;
      }
      this.add(version);
    }
    return undefined;
  }

  /** Lets go before the end. */
  release(): void {
    this.walk.release();
  }

  private add(version: number): void {
    const { keys, numbers } = this;
    const { arena } = keys;
    const key = keys.keyOf(version);
    const keyBegins = keys.keyBegins(key);
    const valueAt = keys.valueAt(version);
    numbers[0] = keys.modOf(version);
    numbers[1] = keys.createOf(version);
    numbers[2] = keys.countOf(version);
    let hash = crc32c(this.numberBytes, this.hash);
    hash = crc32c(arena.bytes[key >>> 16]!.subarray(keyBegins, keyBegins + keys.tree.lengthAt(key)), hash);
    // From the lease on, which lies before the value.
    const from = valueAt - (keys.leaseOf(version) === 0n ? 0 : 8);
    this.hash = crc32c(
      arena.bytes[version >>> 16]!.subarray(from, valueAt + keys.valueLength(version)),
      hash,
    );
  }
}
