import { type Fate, sectorKept, sizeKept } from './fate.ts';
import { FileImage } from './file-image.ts';

/** A write that is not durable yet, at the place where it went. */
export interface UnsyncedWrite {
  readonly kind: 'write';
  readonly position: number;
  readonly bytes: Uint8Array;
  /** The bit of the file (its byte times 8, and 0 to 7) that flips once this write is durable. */
  readonly rot: number | undefined;
  /** Sectors that it damages for good: those that rot, or that it hits or misses because it was misdirected. */
  readonly damaged: readonly number[];
  /** A flush has reported that it is durable, and lied. */
  promised: boolean;
}

export interface UnsyncedTruncation {
  readonly kind: 'truncation';
  readonly size: number;
  promised: boolean;
}

export type UnsyncedChange = UnsyncedWrite | UnsyncedTruncation;

/** A kernel writes back the oldest of too many dirty pages by itself; so does this file with its oldest change. */
const unsyncedMax = 1_024;
const none: readonly number[] = Object.freeze([]);

/**
 * A file as the page cache has it, and as a crash leaves it. Chance is decided elsewhere.
 *
 * The disk writes whole sectors, each at once, from the cache: a sector that reached the disk has everything that
 * was in the cache at that moment. Hence a later write that survives in a sector keeps the earlier ones there alive,
 * and bytes that were durable are never harmed by a torn write beside them in the same sector (what SQLite calls
 * powersafe overwrite). Metadata is not ordered after data: a lost write may leave a grown file with zeros.
 */
export class StoredFile {
  /** What a read sees. */
  readonly cached: FileImage = new FileImage();
  /** What is durable. */
  readonly stored: FileImage = new FileImage();
  /** In the order in which they were made. */
  readonly unsynced: UnsyncedChange[] = [];
  readonly #sectorBytes: number;

  constructor(sectorBytes: number) {
    this.#sectorBytes = sectorBytes;
  }

  /** Keeps `bytes`: they must not change afterwards. */
  write(position: number, bytes: Uint8Array, rot?: number, damaged: readonly number[] = none): void {
    if (bytes.length === 0) return;
    this.cached.write(position, bytes);
    this.#add({ kind: 'write', position, bytes, rot, damaged, promised: false });
  }

  truncate(size: number): void {
    this.cached.truncate(size);
    this.#add({ kind: 'truncation', size, promised: false });
  }

  /** Everything becomes durable, as the cache has it. */
  sync(): void {
    if (this.unsynced.length === 0) return;
    for (const change of this.unsynced) {
      if (change.kind === 'truncation') {
        this.stored.truncate(change.size);
      } else {
        const first = this.sectorOf(change.position);
        const last = this.sectorOf(change.position + change.bytes.length - 1);
        this.stored.copyRange(this.cached, first * this.#sectorBytes, (last + 1) * this.#sectorBytes);
      }
    }
    this.stored.truncate(this.cached.size);
    for (let index = 0; index < this.unsynced.length; index++) this.#rot(this.unsynced[index]!, index);
    this.unsynced.length = 0;
  }

  /** A flush that says it worked and did nothing. */
  promise(): void {
    for (const change of this.unsynced) change.promised = true;
  }

  /**
   * A flush that failed: each unsynced change has become durable or not as `fates` say, and the cache holds all of
   * them to be durable: later flushes leave out what is lost, while reads still see it. That is how Linux and
   * PostgreSQL came to disagree about fsync in 2018 (Rebello et al., "Can Applications Recover from fsync
   * Failures?", ATC 2020).
   */
  failSync(fates: readonly Fate[]): void {
    this.#settle(fates);
  }

  /** The crash: what is durable now, with each unsynced change as `fates` say, is all there is. */
  crash(fates: readonly Fate[]): void {
    this.#settle(fates);
    this.cached.copy(this.stored);
  }

  /** How many sectors a change touches. */
  sectorsOf(change: UnsyncedChange): number {
    if (change.kind === 'truncation') return 0;
    const end = change.position + change.bytes.length;
    return this.sectorOf(end - 1) - this.sectorOf(change.position) + 1;
  }

  sectorOf(position: number): number {
    return Math.floor(position / this.#sectorBytes);
  }

  #add(change: UnsyncedChange): void {
    this.unsynced.push(change);
    if (this.unsynced.length > unsyncedMax) this.#writeBack();
  }

  #writeBack(): void {
    const change = this.unsynced[0]!;
    if (change.kind === 'truncation') this.stored.truncate(change.size);
    else this.stored.write(change.position, change.bytes);
    this.#rot(change, 0);
    this.unsynced.shift();
  }

  #settle(fates: readonly Fate[]): void {
    const lastKept = this.#lastKeptOfSectors(fates);
    for (const [index, change] of this.unsynced.entries()) {
      const { outcome, bits } = fates[index]!;
      if (change.kind === 'truncation') {
        if (outcome === 'kept') this.stored.truncate(change.size);
        continue;
      }
      const { position, bytes } = change;
      const end = position + bytes.length;
      for (let sector = this.sectorOf(position); sector <= this.sectorOf(end - 1); sector++) {
        if (index > (lastKept.get(sector) ?? -1)) continue;
        const from = Math.max(position, sector * this.#sectorBytes);
        const to = Math.min(end, (sector + 1) * this.#sectorBytes);
        this.stored.write(position, bytes, from - position, to - position);
      }
      if (outcome !== 'kept' && sizeKept(bits)) this.stored.extend(end);
      if (outcome === 'kept') this.#rot(change, index);
    }
    this.unsynced.length = 0;
  }

  /** By sector, the last write that reached it. */
  #lastKeptOfSectors(fates: readonly Fate[]): Map<number, number> {
    const lastKept = new Map<number, number>();
    for (const [index, change] of this.unsynced.entries()) {
      const { outcome, bits } = fates[index]!;
      if (change.kind === 'truncation' || outcome === 'lost') continue;
      const first = this.sectorOf(change.position);
      const count = this.sectorsOf(change);
      for (let offset = 0; offset < count; offset++) {
        if (outcome === 'kept' || sectorKept(bits, offset, count)) lastKept.set(first + offset, index);
      }
    }
    return lastKept;
  }

  /** Flips the bit that is to rot, unless a later change has taken its place. */
  #rot(change: UnsyncedChange, index: number): void {
    if (change.kind === 'truncation' || change.rot === undefined) return;
    const position = Math.floor(change.rot / 8);
    for (const later of this.unsynced.slice(index + 1)) if (covers(later, position)) return;
    this.stored.flip(position, change.rot % 8);
    this.cached.flip(position, change.rot % 8);
  }
}

function covers(change: UnsyncedChange, position: number): boolean {
  if (change.kind === 'truncation') return change.size <= position;
  return change.position <= position && position < change.position + change.bytes.length;
}
