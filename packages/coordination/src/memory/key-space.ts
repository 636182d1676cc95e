import { compareKeys } from '../engine/key-order.ts';
import { coordinationErrors } from '../errors.ts';
import type { Entry, RangeResult, Revision, WatchEvent } from '../store/coordination-store.ts';

/** What a key was from a revision on. */
interface Version {
  readonly revision: Revision;
  /** Undefined where it was deleted. */
  readonly entry: Entry | undefined;
}

/** What changed at one revision. */
export interface Change {
  readonly revision: Revision;
  readonly events: readonly WatchEvent[];
}

export interface KeySpaceLimits {
  readonly historyMax: number;
  readonly historyBytesMax: number;
}

/**
 * Keys with all their versions since the last compaction, and the changes that made them, in order. A change is begun by
 * {@link put} and {@link delete} and told by {@link commit}. The oldest history goes when there is more than the limits
 * allow.
 */
export class KeySpace {
  /** Of the last change. */
  revision: Revision = 1;
  /** Changes up to this one are forgotten; the state at it is the oldest that can be read. */
  compactRevision: Revision = 0;
  /** Bytes of the keys and values that are there now. */
  liveBytes = 0;
  readonly #limits: KeySpaceLimits;
  /** All keys that have versions, in order. */
  readonly #keys: string[] = [];
  readonly #versions = new Map<string, Version[]>();
  /** One for each revision after {@link compactRevision} and after 1. */
  #history: Change[] = [];
  /** So many at its beginning are forgotten already: taking them out one by one would move the whole list each time. */
  #forgotten = 0;
  #historyBytes = 0;
  #pending: WatchEvent[] = [];

  constructor(limits: KeySpaceLimits) {
    this.#limits = limits;
  }

  /** As it is now, with what the change under way did. */
  latest(key: string): Entry | undefined {
    return this.#versions.get(key)?.at(-1)?.entry;
  }

  /** @throws HoldfastError REVISION_COMPACTED, REVISION_IN_FUTURE. */
  checkReadable(revision: Revision | undefined): void {
    if (revision === undefined) return;
    if (revision < this.compactRevision) {
      throw coordinationErrors.create('REVISION_COMPACTED', {
        message: `revision ${revision} is compacted; the oldest that can be read is ${this.compactRevision}`,
        context: { asked: revision, revision: this.compactRevision },
      });
    }
    if (revision > this.revision) {
      throw coordinationErrors.create('REVISION_IN_FUTURE', {
        message: `revision ${revision} is in the future; the store is at ${this.revision}`,
        context: { asked: revision, revision: this.revision },
      });
    }
  }

  get(key: string, revision: Revision | undefined): Entry | undefined {
    const versions = this.#versions.get(key);
    if (versions === undefined || revision === undefined) return versions?.at(-1)?.entry;
    return versions.findLast((version) => version.revision <= revision)?.entry;
  }

  range(
    prefix: string,
    { after, limit = Number.POSITIVE_INFINITY, revision }: RangeQuery,
  ): Omit<RangeResult, 'revision'> {
    const entries: Entry[] = [];
    const beyond = after !== undefined && compareKeys(after, prefix) >= 0;
    for (let index = beyond ? this.#place(after, true) : this.#place(prefix, false); ; index++) {
      const key = this.#keys[index];
      if (key === undefined || !key.startsWith(prefix)) return { entries, more: false };
      const entry = this.get(key, revision);
      if (entry === undefined) continue;
      if (entries.length >= limit) return { entries, more: true };
      entries.push(entry);
    }
  }

  put(key: string, value: Uint8Array, lease: string | undefined): void {
    const previous = this.latest(key);
    const revision = this.revision + 1;
    const entry: Entry = {
      key,
      value,
      createRevision: previous?.createRevision ?? revision,
      modRevision: revision,
      version: (previous?.version ?? 0) + 1,
      lease,
    };
    this.#change({ kind: 'put', key, entry, previous });
  }

  /** False when there is no such key. */
  delete(key: string): boolean {
    const previous = this.latest(key);
    if (previous === undefined) return false;
    this.#change({ kind: 'delete', key, entry: undefined, previous });
    return true;
  }

  /** Makes what was put and deleted since the last time one change. False when that is nothing. */
  commit(): boolean {
    if (this.#pending.length === 0) return false;
    this.revision += 1;
    this.#history.push({ revision: this.revision, events: this.#pending });
    this.#pending = [];
    const { historyMax, historyBytesMax } = this.#limits;
    while (this.#history.length - this.#forgotten > historyMax || this.#historyBytes > historyBytesMax) {
      this.#forgetOldest();
    }
    return true;
  }

  /** The first change from `revision` on that touches `prefix`; else the revision to go on from. */
  changeSince(revision: Revision, prefix: string): Change | Revision {
    const first = this.#history[this.#forgotten]?.revision ?? this.revision + 1;
    const skipped = this.#forgotten + Math.max(0, revision - first);
    for (let index = skipped; index < this.#history.length; index++) {
      const { revision: at, events } = this.#history[index]!;
      const wanted = events.filter(({ key }) => key.startsWith(prefix));
      if (wanted.length > 0) return { revision: at, events: wanted };
    }
    return Math.max(revision, this.revision + 1);
  }

  compact(revision: Revision): void {
    while (this.compactRevision < revision && this.#forgotten < this.#history.length) this.#forgetOldest();
    this.compactRevision = Math.max(this.compactRevision, revision);
  }

  #change(event: WatchEvent): void {
    const { key, entry, previous } = event;
    this.#pending.push(event);
    this.liveBytes += bytesOf(entry) - bytesOf(previous);
    this.#historyBytes += bytesOf(entry);
    const version: Version = { revision: this.revision + 1, entry };
    const versions = this.#versions.get(key);
    if (versions !== undefined) {
      versions.push(version);
      return;
    }
    this.#versions.set(key, [version]);
    this.#keys.splice(this.#place(key, false), 0, key);
  }

  /** Forgets the oldest change, and the versions that only the state before it shows. */
  #forgetOldest(): void {
    const { revision, events } = this.#history[this.#forgotten]!;
    this.#forgotten += 1;
    if (this.#forgotten > this.#history.length / 2) {
      this.#history = this.#history.slice(this.#forgotten);
      this.#forgotten = 0;
    }
    this.compactRevision = revision;
    for (const { key, entry } of events) {
      this.#historyBytes -= bytesOf(entry);
      const versions = this.#versions.get(key)!;
      versions.splice(
        0,
        versions.findIndex((version) => version.revision === revision),
      );
      if (versions[0]!.entry === undefined) versions.shift();
      if (versions.length > 0) continue;
      this.#versions.delete(key);
      this.#keys.splice(this.#place(key, false), 1);
    }
  }

  /** Where the first key stands that is not before `key`; or, `after` it, the first behind it. */
  #place(key: string, after: boolean): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const order = compareKeys(this.#keys[middle]!, key);
      if (order < 0 || (after && order === 0)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

export interface RangeQuery {
  readonly after?: string | undefined;
  readonly limit?: number | undefined;
  readonly revision?: Revision | undefined;
}

/** Characters of keys count as one byte: close enough for a bound. */
function bytesOf(entry: Entry | undefined): number {
  return entry === undefined ? 0 : entry.key.length + entry.value.length;
}
