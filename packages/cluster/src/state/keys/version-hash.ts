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
  private readonly lease: BigInt64Array = new BigInt64Array(1);
  private readonly leaseBytes: Uint8Array = new Uint8Array(this.lease.buffer);
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
    const { numbers } = this;
    const { versions } = this.keys;
    numbers[0] = versions.modOf(version);
    numbers[1] = versions.createOf(version);
    numbers[2] = versions.countOf(version);
    this.lease[0] = versions.leaseOf(version);
    for (const bytes of [
      this.numberBytes,
      this.leaseBytes,
      versions.keyView(version),
      versions.valueView(version),
    ]) {
      this.hash = crc32c(bytes, this.hash);
    }
  }
}
