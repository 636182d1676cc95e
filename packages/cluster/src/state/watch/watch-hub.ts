import { type Event, EventType, type KeyValue } from '../../etcd/key-value.ts';
import type { KeySpace } from '../keys/key-space.ts';
import { latin1 } from '../memory/latin1.ts';
import { IntervalSet } from './interval-set.ts';
import type { Watcher, WatchListener, WatchOptions } from './watcher.ts';

/** A watcher that is behind gets batches of about so many bytes, after looking at no more than so many versions. */
const batchBytes = 0x4_0000;
const sliceVersions = 512;

/** How far back along one key's versions a watcher of that key looks for where to go on. */
const chainMax = 4096;

/**
 * Brings events to watchers: to those that have got all so far as soon as an entry is applied; to the others piece by
 * piece from history, until they have got all and join the first. A listener that takes nothing more makes its watcher
 * one of the others: nothing is queued for it.
 */
export class WatchHub {
  private keys: KeySpace;
  /** Those that have got all, by their key, or by their range. */
  private readonly syncedByKey: Map<string, Set<Watching>> = new Map();
  private readonly syncedByRange: IntervalSet<Watching> = new IntervalSet();
  /** Those that can go on catching up, in turn. */
  private readonly behind: Set<Watching> = new Set();
  private readonly all: Set<Watching> = new Set();
  private readonly batch: Uint32Array = new Uint32Array(sliceVersions);
  private readonly single: Uint32Array = new Uint32Array(1);
  private readonly onBehind: () => void;
  private synced = 0;
  /** Events that were sent. */
  eventCount = 0;

  constructor(keys: KeySpace, onBehind: () => void) {
    this.keys = keys;
    this.onBehind = onBehind;
  }

  get count(): number {
    return this.all.size;
  }

  /** Watchers that have not got all yet. */
  get slowCount(): number {
    return this.all.size - this.synced;
  }

  watch(options: WatchOptions, listener: WatchListener): Watcher {
    const start = options.startRevision ?? 0;
    const watching = new Watching(this, options, listener);
    watching.nextRevision = start > 0 ? start : this.keys.revision + 1;
    this.all.add(watching);
    if (watching.nextRevision > this.keys.revision) this.join(watching);
    else this.fallBehind(watching);
    return watching;
  }

  cancel(watching: Watching): void {
    if (!this.all.delete(watching)) return;
    this.behind.delete(watching);
    if (watching.synced) this.part(watching);
  }

  resume(watching: Watching): void {
    if (this.all.has(watching) && !watching.synced) this.fallBehind(watching);
  }

  /** Sends what the last transaction, of `changes` versions, has changed. */
  notify(changes: number): void {
    if (this.syncedByKey.size === 0 && this.syncedByRange.intervals === 0) return;
    const { keys } = this;
    const { revision } = keys;
    if (changes === 1) {
      keys.log.read(revision, 0, this.single);
      const one = new SharedEvent(keys, this.single[0]!);
      this.eachWatcher(one.keyText, (watching) => {
        if (revision >= watching.nextRevision && watching.wants(one.type)) {
          this.send(watching, revision, one.alone(watching.previous));
        }
      });
      return;
    }
    const versions = new Uint32Array(changes);
    keys.log.read(revision, 0, versions);
    const matched = new Map<Watching, Event[]>();
    for (const version of versions) {
      const one = new SharedEvent(keys, version);
      this.eachWatcher(one.keyText, (watching) => {
        if (revision < watching.nextRevision || !watching.wants(one.type)) return;
        const events = matched.get(watching);
        if (events === undefined) matched.set(watching, [one.event(watching.previous)]);
        else events.push(one.event(watching.previous));
      });
    }
    for (const [watching, events] of matched) this.send(watching, revision, events);
  }

  /** Serves the watcher whose turn it is among those that are behind. True when there are more. */
  catchUp(): boolean {
    for (const watching of this.behind) {
      this.behind.delete(watching);
      this.advance(watching);
      break;
    }
    return this.behind.size > 0;
  }

  /** Another state has taken the place of the one until now, of which all those in sync had got all. */
  moveTo(keys: KeySpace): void {
    const seen = this.keys.revision + 1;
    this.keys = keys;
    for (const watching of this.all) {
      if (!watching.synced) continue;
      this.part(watching);
      watching.nextRevision = Math.max(watching.nextRevision, seen);
      if (watching.nextRevision > keys.revision) this.join(watching);
      else this.fallBehind(watching);
    }
  }

  private eachWatcher(key: string, visit: (watching: Watching) => void): void {
    const ofKey = this.syncedByKey.get(key);
    if (ofKey !== undefined) for (const watching of ofKey) visit(watching);
    if (this.syncedByRange.intervals === 0) return;
    // They may leave the set as they are visited.
    const ofRanges: Watching[] = [];
    this.syncedByRange.stab(key, (watching) => ofRanges.push(watching));
    for (const watching of ofRanges) visit(watching);
  }

  private send(watching: Watching, revision: number, events: readonly Event[]): void {
    // It may have been cancelled by who was sent events just before.
    if (!watching.synced) return;
    if (watching.listener.events({ revision, events })) {
      watching.nextRevision = revision + 1;
      this.eventCount += events.length;
    } else if (watching.synced) {
      watching.nextRevision = revision;
      this.part(watching);
    }
  }

  private advance(watching: Watching): void {
    const { keys } = this;
    if (watching.nextRevision < keys.compactedRevision) {
      this.all.delete(watching);
      watching.listener.compacted(keys.compactedRevision);
      return;
    }
    const events: Event[] = [];
    const next =
      watching.rangeEnd.length === 0
        ? this.readKey(watching, events)
        : this.readRange(watching, watching.nextRevision, events);
    if (events.length > 0 && !watching.listener.events({ revision: keys.revision, events })) return;
    this.eventCount += events.length;
    // The listener may have cancelled it, or even written to the store.
    if (!this.all.has(watching)) return;
    watching.nextRevision = Math.max(watching.nextRevision, next);
    if (watching.nextRevision > this.keys.revision) this.join(watching);
    else this.behind.add(watching);
  }

  /** Reads whole revisions from `first` on into `events`; which revision comes next. */
  private readRange(watching: Watching, first: number, events: Event[]): number {
    const { keys, batch } = this;
    let mod = first;
    let sub = 0;
    let bytes = 0;
    let revision = first;
    let seen = 0;
    for (;;) {
      const count = keys.log.read(mod, sub, batch);
      for (let index = 0; index < count; index++) {
        const version = batch[index]!;
        mod = keys.versions.modOf(version);
        if (mod !== revision && (bytes > batchBytes || seen > sliceVersions)) return mod;
        revision = mod;
        sub = keys.versions.subOf(version) + 1;
        seen++;
        bytes += this.take(watching, version, events);
      }
      if (count < batch.length) return keys.revision + 1;
    }
  }

  /** The same for a watcher of one key: along its versions, if they do not reach too far back. */
  private readKey(watching: Watching, events: Event[]): number {
    const { keys } = this;
    const first = watching.nextRevision;
    const address = keys.index.find(watching.key);
    if (address === 0) return keys.revision + 1;
    let version = keys.index.latest(address);
    if (keys.versions.modOf(version) < first) return keys.revision + 1;
    for (let steps = 0; steps < chainMax; steps++) {
      const previous = keys.versions.previousOf(version);
      if (previous === 0 || keys.versions.modOf(previous) < first) {
        return this.readChain(watching, version, events);
      }
      version = previous;
    }
    return this.readRange(watching, first, events);
  }

  private readChain(watching: Watching, first: number, events: Event[]): number {
    const { keys } = this;
    let bytes = 0;
    for (let version = first; version !== 0; version = keys.versions.nextOf(version)) {
      if (bytes > batchBytes) return keys.versions.modOf(version);
      bytes += this.take(watching, version, events);
    }
    return keys.revision + 1;
  }

  /** Adds the event of a version if the watcher wants it; about how many bytes that is. */
  private take(watching: Watching, version: number, events: Event[]): number {
    const { keys } = this;
    if (!watching.covers(keys, keys.versions.keyOf(version))) return 0;
    const one = new SharedEvent(keys, version);
    if (!watching.wants(one.type)) return 0;
    events.push(one.event(watching.previous));
    return keys.versions.valueLength(version) + 100;
  }

  private fallBehind(watching: Watching): void {
    this.behind.add(watching);
    this.onBehind();
  }

  private join(watching: Watching): void {
    watching.synced = true;
    this.synced++;
    this.behind.delete(watching);
    const { keyText, endText } = watching;
    if (watching.rangeEnd.length > 0) {
      this.syncedByRange.add(keyText, endText, watching);
      return;
    }
    const others = this.syncedByKey.get(keyText);
    if (others === undefined) this.syncedByKey.set(keyText, new Set([watching]));
    else others.add(watching);
  }

  private part(watching: Watching): void {
    watching.synced = false;
    this.synced--;
    const { keyText, endText } = watching;
    if (watching.rangeEnd.length > 0) {
      this.syncedByRange.delete(keyText, endText, watching);
      return;
    }
    const others = this.syncedByKey.get(keyText)!;
    others.delete(watching);
    if (others.size === 0) this.syncedByKey.delete(keyText);
  }
}

class Watching implements Watcher {
  readonly key: Uint8Array;
  readonly rangeEnd: Uint8Array;
  readonly keyText: string;
  readonly endText: string | undefined;
  readonly listener: WatchListener;
  readonly previous: boolean;
  synced = false;
  nextRevision = 0;
  private readonly hub: WatchHub;
  private readonly noPut: boolean;
  private readonly noDelete: boolean;

  constructor(hub: WatchHub, options: WatchOptions, listener: WatchListener) {
    this.hub = hub;
    this.key = options.key.slice();
    this.rangeEnd = options.rangeEnd.slice();
    this.keyText = latin1(this.key);
    const endless = this.rangeEnd.length === 1 && this.rangeEnd[0] === 0;
    this.endText = endless ? undefined : latin1(this.rangeEnd);
    this.listener = listener;
    this.previous = options.previous ?? false;
    this.noPut = options.noPut ?? false;
    this.noDelete = options.noDelete ?? false;
  }

  wants(type: number): boolean {
    return type === EventType.PUT ? !this.noPut : !this.noDelete;
  }

  covers(keys: KeySpace, address: number): boolean {
    if (this.rangeEnd.length === 0) {
      return keys.index.tree.isKey(address, this.key);
    }
    if (keys.index.tree.compare(address, this.key) < 0) return false;
    return this.endText === undefined || keys.index.tree.compare(address, this.rangeEnd) < 0;
  }

  resume(): void {
    this.hub.resume(this);
  }

  cancel(): void {
    this.hub.cancel(this);
  }
}

/** An event as all watchers share it; made when the first one wants it. */
class SharedEvent {
  readonly type: number;
  private readonly keys: KeySpace;
  private readonly version: number;
  private kv: KeyValue | undefined;
  private plain: Event | undefined;
  private withPrevious: Event | undefined;
  private plainAlone: readonly Event[] | undefined;
  private withPreviousAlone: readonly Event[] | undefined;

  constructor(keys: KeySpace, version: number) {
    this.keys = keys;
    this.version = version;
    this.type = keys.versions.isTombstone(version) ? EventType.DELETE : EventType.PUT;
  }

  get keyText(): string {
    return latin1(this.keys.versions.keyView(this.version));
  }

  event(previous: boolean): Event {
    if (!previous) {
      this.plain ??= { type: this.type, kv: this.current(), prevKv: undefined };
      return this.plain;
    }
    this.withPrevious ??= { type: this.type, kv: this.current(), prevKv: this.before() };
    return this.withPrevious;
  }

  /** The event in a list of its own, which is shared too. */
  alone(previous: boolean): readonly Event[] {
    if (!previous) {
      this.plainAlone ??= [this.event(false)];
      return this.plainAlone;
    }
    this.withPreviousAlone ??= [this.event(true)];
    return this.withPreviousAlone;
  }

  private current(): KeyValue {
    this.kv ??= this.keys.versions.keyValue(this.version);
    return this.kv;
  }

  /** What the key was before, unless that is compacted. */
  private before(): KeyValue | undefined {
    const { keys, version } = this;
    const previous = keys.versions.previousOf(version);
    if (previous === 0 || keys.versions.modOf(version) - 1 < keys.compactedRevision) return undefined;
    return keys.versions.isTombstone(previous) ? undefined : keys.versions.keyValue(previous);
  }
}
