import type { KeySpace } from './key-space.ts';
import type { Hold } from './sweeper.ts';

/**
 * Walks along all versions that can be read as of now, in the order in which they came about, while the key space moves
 * on: later changes are not seen, and nothing is freed before the walk has passed it.
 */
export class VersionWalk {
  readonly revision: number;
  readonly compacted: number;
  private readonly keys: KeySpace;
  private readonly hold: Hold;
  private readonly batch: Uint32Array = new Uint32Array(256);
  private count = 0;
  private place = 0;

  /** @param revision - the last one of interest. */
  constructor(keys: KeySpace, revision: number = keys.revision) {
    this.keys = keys;
    this.revision = revision;
    this.compacted = keys.compactedRevision;
    this.hold = keys.sweeper.hold(revision);
  }

  /** The address of the next version, valid until something is swept; 0 at the end. */
  next(): number {
    const { keys, hold, batch } = this;
    for (;;) {
      if (this.place === this.count && !this.readBatch()) return 0;
      const version = batch[this.place++]!;
      const mod = keys.versions.modOf(version);
      hold.mod = mod;
      hold.sub = keys.versions.subOf(version) + 1;
      if (this.isReadable(version, mod)) return version;
    }
  }

  release(): void {
    this.keys.sweeper.release(this.hold);
  }

  private readBatch(): boolean {
    const { keys, hold, batch } = this;
    let count = keys.log.read(hold.mod, hold.sub, batch);
    // Those of later revisions are not held: they may be gone when their turn comes.
    while (count > 0 && keys.versions.modOf(batch[count - 1]!) > this.revision) count--;
    this.count = count;
    this.place = 0;
    return count > 0;
  }

  private isReadable(version: number, mod: number): boolean {
    const { keys, compacted } = this;
    if (mod > compacted) return true;
    if (keys.versions.isTombstone(version)) return mod === compacted;
    const next = keys.versions.nextOf(version);
    return next === 0 || keys.versions.modOf(next) > compacted;
  }
}
