import { Arena } from '../memory/arena.ts';
import { GarbageSums } from './garbage-sums.ts';
import { KeyIndex } from './key-index.ts';
import { RevisionLog } from './revision-log.ts';
import { Sweeper } from './sweeper.ts';
import { Versions } from './versions.ts';

/** What a version counts against the quota beside its key and value: about what it takes. */
export const versionOverhead = 80;

/** Told when a key comes to go with a lease, or goes with it no longer. `key` is the key's address while it exists. */
export interface LeaseAttachments {
  attach(lease: bigint, key: number): void;
  detach(lease: bigint, key: number): void;
}

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
  /** Versions made by the transaction under way. */
  changes = 0;
  readonly arena: Arena = new Arena();
  readonly versions: Versions = new Versions(this.arena);
  readonly index: KeyIndex = new KeyIndex(this.arena);
  readonly log: RevisionLog = new RevisionLog(this.versions);
  readonly sweeper: Sweeper = new Sweeper(this.versions, this.index, this.log);
  private readonly leases: LeaseAttachments;
  private bytes = 0;
  /** Bytes that were superseded so far, and those of them that compactions have set free. */
  private garbage = 0;
  private freed = 0;
  private garbageSums: GarbageSums = new GarbageSums(2);
  private restoring = 0;

  constructor(leases: LeaseAttachments) {
    this.leases = leases;
  }

  /** Bytes of the versions that can be read, as they count against the quota: the same on all members. */
  get bytesInUse(): number {
    return this.bytes;
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
    const { versions } = this;
    const address = this.index.findOrAdd(key);
    const latest = this.index.latest(address);
    const mod = this.revision + 1;
    const goesOn = latest !== 0 && !versions.isTombstone(latest);
    const create = goesOn ? versions.createOf(latest) : mod;
    const count = goesOn ? versions.countOf(latest) + 1 : 1;
    this.append(key, address, versions.create(mod, this.changes++, create, count, value, lease));
  }

  /** Deletes the key at this address, which must not be deleted already. */
  deleteKey(address: number): void {
    this.appendTombstone(address, this.versions.createTombstone(this.revision + 1, this.changes++));
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
      const address = this.index.find(key);
      const version = address === 0 ? 0 : this.versionAt(address, revision);
      if (version !== 0) visit(version, address);
      return;
    }
    this.index.tree.scan(key, endOf(rangeEnd), (address) => {
      const version = this.versionAt(address, revision);
      return version === 0 || visit(version, address);
    });
  }

  /** How many keys `visit` would visit; as of now, without looking at each. */
  count(key: Uint8Array, rangeEnd: Uint8Array, revision: number): number {
    const isPast = this.changes > 0 ? revision <= this.revision : revision < this.revision;
    if (rangeEnd.length > 0 && !isPast) return this.index.countLive(key, endOf(rangeEnd));
    let count = 0;
    this.visit(key, rangeEnd, revision, () => {
      count++;
      return true;
    });
    return count;
  }

  /** The version of a key as of a revision; 0 when it did not exist. */
  versionAt(keyAddress: number, revision: number): number {
    const { versions } = this;
    let version = this.index.latest(keyAddress);
    while (version !== 0 && versions.modOf(version) > revision) version = versions.previousOf(version);
    return version === 0 || versions.isTombstone(version) ? 0 : version;
  }

  /** From now on only `revision` and later ones can be read. The sweeper frees what that leaves behind. */
  compact(revision: number): void {
    this.compactedRevision = revision;
    this.sweeper.compact(revision);
    if (revision < 2) return;
    const freed = this.garbageSums.at(revision);
    this.bytes -= freed - this.freed;
    this.freed = freed;
    this.garbageSums.forgetBefore(revision);
  }

  /** Prepares an empty key space for the versions of a snapshot. */
  beginRestore(compactedRevision: number): void {
    this.compactedRevision = compactedRevision;
    this.sweeper.restored(compactedRevision);
    this.revision = Math.max(1, compactedRevision);
    this.garbageSums = new GarbageSums(this.revision + 1);
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
    const address = this.index.findOrAdd(key);
    this.append(key, address, this.versions.create(mod, this.changes++, create, count, value, lease));
  }

  restoreTombstone(key: Uint8Array, mod: number): void {
    this.advanceRestore(mod);
    const version = this.versions.createTombstone(mod, this.changes++);
    this.appendTombstone(this.index.findOrAdd(key), version);
    this.sweeper.restoredTombstone(version);
  }

  /** The revision of the last version that was restored. */
  get lastRestored(): number {
    return this.restoring;
  }

  endRestore(revision: number): void {
    this.advanceRestore(revision + 1);
    this.changes = 0;
  }

  private append(key: Uint8Array, address: number, version: number): void {
    const { versions, index, leases } = this;
    const latest = index.latest(address);
    if (latest !== 0 && versions.isTombstone(latest)) index.markLive(key);
    this.detach(latest, address);
    this.link(address, latest, version);
    this.bytes += this.weight(version);
    const lease = versions.leaseOf(version);
    if (lease !== 0n) leases.attach(lease, address);
  }

  private appendTombstone(address: number, version: number): void {
    const latest = this.index.latest(address);
    this.detach(latest, address);
    this.link(address, latest, version);
    this.index.markDeleted(address);
  }

  private detach(version: number, address: number): void {
    const lease = version === 0 ? 0n : this.versions.leaseOf(version);
    if (lease !== 0n) this.leases.detach(lease, address);
  }

  /** Makes `version` the latest of its key, after `latest`, and appends it to the log. */
  private link(address: number, latest: number, version: number): void {
    this.versions.link(version, address, latest);
    this.index.setLatest(address, version);
    if (latest !== 0) this.garbage += this.weight(latest);
    this.log.append(version);
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

  /** What a version counts against the quota. */
  private weight(version: number): number {
    const { versions } = this;
    if (versions.isTombstone(version)) return 0;
    return versionOverhead + versions.keyLength(version) + versions.valueLength(version);
  }
}

/** Undefined for all keys from the first one on. */
function endOf(rangeEnd: Uint8Array): Uint8Array | undefined {
  return rangeEnd.length === 1 && rangeEnd[0] === 0 ? undefined : rangeEnd;
}
