import type { KeyIndex } from './key-index.ts';
import type { RevisionLog } from './revision-log.ts';
import type { Versions } from './versions.ts';

/** Keeps versions of its revision and before from being freed, from its place on. A snapshot moves it along as it reads. */
export interface Hold {
  readonly revision: number;
  /** The next version that it reads. */
  mod: number;
  sub: number;
}

const batchMax = 64;

/**
 * Frees what a compaction has made unreadable, bit by bit: versions, once a later one that is not after the compacted
 * revision has taken their place; tombstones, once they are before the compacted revision. It walks along the log, and
 * looks at each version once for what that superseded, whatever number of compactions there are.
 */
export class Sweeper {
  private readonly versions: Versions;
  private readonly index: KeyIndex;
  private readonly log: RevisionLog;
  private readonly holds: Set<Hold> = new Set();
  private readonly batch: Uint32Array = new Uint32Array(batchMax);
  private compacted = -1;
  /** The next version to be looked at; those before it are done. */
  private mod = 0;
  private sub = 0;
  /** Tombstones of the compacted revision itself: watchers may still ask for them. */
  private readonly lastTombstones: number[] = [];

  constructor(versions: Versions, index: KeyIndex, log: RevisionLog) {
    this.versions = versions;
    this.index = index;
    this.log = log;
  }

  /** Whether all that is unreadable has been freed. */
  get isDone(): boolean {
    return this.mod > this.compacted;
  }

  compact(revision: number): void {
    this.compacted = revision;
  }

  /** In a snapshot, all is swept up to its compacted revision. */
  restored(compacted: number): void {
    this.compacted = compacted;
    this.finish();
  }

  restoredTombstone(version: number): void {
    if (this.versions.modOf(version) === this.compacted) this.lastTombstones.push(version);
  }

  hold(revision: number): Hold {
    const hold: Hold = { revision, mod: 0, sub: 0 };
    this.holds.add(hold);
    return hold;
  }

  release(hold: Hold): void {
    this.holds.delete(hold);
  }

  /** Frees some. True when there is more of it to do now. */
  sweep(): boolean {
    if (this.isDone || !this.sweepLastTombstones()) return false;
    const { versions, batch } = this;
    const count = this.log.read(this.mod, this.sub, batch);
    for (let place = 0; place < count; place++) {
      const version = batch[place]!;
      const mod = versions.modOf(version);
      if (mod > this.compacted) {
        this.finish();
        return false;
      }
      const sub = versions.subOf(version);
      const previous = versions.previousOf(version);
      if (previous !== 0 && !this.free(previous)) return false;
      if (versions.isTombstone(version)) {
        if (mod === this.compacted) this.lastTombstones.push(version);
        else if (!this.free(version)) return false;
      }
      this.mod = mod;
      this.sub = sub + 1;
    }
    if (count < batchMax) this.finish();
    return count === batchMax;
  }

  private finish(): void {
    this.mod = this.compacted + 1;
    this.sub = 0;
  }

  private sweepLastTombstones(): boolean {
    const { lastTombstones } = this;
    while (lastTombstones.length > 0) {
      const tombstone = lastTombstones[lastTombstones.length - 1]!;
      if (this.versions.modOf(tombstone) >= this.compacted) return true;
      if (!this.free(tombstone)) return false;
      lastTombstones.pop();
    }
    return true;
  }

  /** Frees a version that nobody can read; false if a snapshot still wants it. */
  private free(version: number): boolean {
    const { versions } = this;
    const mod = versions.modOf(version);
    for (const hold of this.holds) {
      if (mod > hold.revision) continue;
      if (mod > hold.mod || (mod === hold.mod && versions.subOf(version) >= hold.sub)) return false;
    }
    this.log.remove(version);
    if (versions.nextOf(version) === 0) this.index.remove(versions.keyOf(version));
    versions.free(version);
    return true;
  }
}
