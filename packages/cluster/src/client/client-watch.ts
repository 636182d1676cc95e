import { coordinationErrors, type Revision, type WatchEvent, type WatchItem } from '@holdfast/coordination';
import { OpenWatch, type WatchSource } from '@holdfast/coordination/engine';
import { asHoldfastError } from '@holdfast/core';
import { type Event, EventType } from '../etcd/key-value.ts';
import type { WatchCreateRequest, WatchResponse } from '../etcd/watch.ts';
import { decodeEntry } from './entries.ts';
import { decodeKey, type KeyRange } from './key-range.ts';

export interface WatchBounds {
  /** Changes that wait for the consumer. */
  readonly itemsMax: number;
  /** Bytes of keys and values that wait for it. */
  readonly bytesMax: number;
}

export interface ClientWatchOptions {
  readonly range: KeyRange;
  readonly from: Revision | undefined;
  readonly previous: boolean;
  readonly signal: AbortSignal | undefined;
  readonly bounds: WatchBounds;
  /** It has room again, and is to be asked for from {@link ClientWatch.next} on. */
  resumed(watch: ClientWatch): void;
  closed(watch: ClientWatch): void;
}

/**
 * One watch of a client, as it goes on from stream to stream. `next` is all that it has to know to do so: the first
 * revision that the consumer was not given yet, nor has waiting for it.
 */
export class ClientWatch implements WatchSource {
  readonly open: OpenWatch;
  /** Its number on the present stream; undefined while it is on none. */
  id: bigint | undefined;
  /** Undefined until the store has told when it begins. */
  next: Revision | undefined;
  /** Whether the present stream has taken it on. */
  isCreated = false;
  /** Whether it was denied since it was last taken on. */
  wasDenied = false;
  /** It has more waiting than it may: the store's history keeps the rest. */
  full = false;
  readonly #options: ClientWatchOptions;
  #items: WatchItem[] = [];
  /** How many of them are taken already. */
  #taken = 0;
  #bytes = 0;
  /** Events of a response whose rest is still to come. */
  #fragments: Event[] = [];
  #started = false;

  constructor(options: ClientWatchOptions) {
    this.#options = options;
    this.next = options.from;
    this.open = new OpenWatch(this, options.signal);
  }

  /** The request that goes on where it is, under the number `id`. */
  createRequest(id: bigint): WatchCreateRequest {
    this.detach();
    this.id = id;
    const { range, previous } = this.#options;
    return {
      ...range,
      startRevision: this.#startRevision,
      progressNotify: true,
      filters: [],
      prevKv: previous,
      watchId: id,
      fragment: true,
    };
  }

  /** The stream that it was on is gone. */
  detach(): void {
    this.id = undefined;
    this.isCreated = false;
    this.#fragments = [];
  }

  /** The store has taken it on, as its state was at `revision`. */
  created(revision: Revision): void {
    this.isCreated = true;
    this.wasDenied = false;
    this.next ??= revision + 1;
    if (this.#started) return;
    this.#started = true;
    this.open.begin(this.next);
  }

  /** Events, or the news that there are none. Where they make it full, the rest of them is dropped. */
  told({ events, fragment, header }: WatchResponse): void {
    if (this.next === undefined) return;
    if (events.length > 0) this.#fragments.push(...events);
    if (fragment) return;
    const whole = this.#fragments;
    this.#fragments = [];
    if (whole.length > 0) this.#add(whole);
    else if (events.length === 0) this.next = Math.max(this.next, (header?.revision ?? 0) + 1);
  }

  /** History up to `revision` is gone. */
  compacted(revision: Revision): void {
    this.detach();
    if (this.next !== undefined && this.next > revision) return;
    this.#push({ kind: 'compacted', revision }, 0);
  }

  fail(error: unknown): void {
    this.open.fail(asHoldfastError(error));
  }

  take(): WatchItem | undefined {
    const item = this.#items[this.#taken];
    if (item === undefined) return undefined;
    this.#taken += 1;
    this.#bytes -= bytesOf(item);
    if (this.#taken * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#taken);
      this.#taken = 0;
    }
    const { itemsMax, bytesMax } = this.#options.bounds;
    if (this.full && this.#waiting * 2 <= itemsMax && this.#bytes * 2 <= bytesMax) {
      this.full = false;
      this.#options.resumed(this);
    }
    return item;
  }

  closed(): void {
    this.#items = [];
    this.#fragments = [];
    this.#options.closed(this);
  }

  get #waiting(): number {
    return this.#items.length - this.#taken;
  }

  /**
   * One revision before the first wanted, whose events are left out: compacting a revision may take its deletions with it
   * (etcd issue 19179), and a watch that begins behind it would not be told.
   */
  get #startRevision(): number {
    return this.next === undefined ? 0 : Math.max(1, this.next - 1);
  }

  #add(events: readonly Event[]): void {
    for (let at = 0; at < events.length && !this.full; ) {
      const revision = events[at]!.kv?.modRevision ?? 0;
      const begin = at;
      while (at < events.length && (events[at]!.kv?.modRevision ?? 0) === revision) at++;
      if (revision < this.next!) continue;
      const told = events.slice(begin, at).map((event) => decodeEvent(event, this.#options.previous));
      const item: WatchItem = { kind: 'change', revision, events: told };
      this.#push(item, bytesOf(item));
    }
  }

  #push(item: WatchItem, bytes: number): void {
    this.#items.push(item);
    this.#bytes += bytes;
    this.next = item.revision + 1;
    const { itemsMax, bytesMax } = this.#options.bounds;
    if (this.#waiting >= itemsMax || this.#bytes >= bytesMax) this.full = true;
  }
}

function decodeEvent({ type, kv, prevKv }: Event, withPrevious: boolean): WatchEvent {
  if (kv === undefined) {
    throw coordinationErrors.create('REQUEST_REFUSED', {
      message: 'the store told of a change without its key',
    });
  }
  const kind = type === EventType.PUT ? 'put' : 'delete';
  const entry = kind === 'put' ? decodeEntry(kv) : undefined;
  const previous = withPrevious && prevKv !== undefined ? decodeEntry(prevKv) : undefined;
  return { kind, key: entry?.key ?? decodeKey(kv.key), entry, previous };
}

function bytesOf(item: WatchItem): number {
  if (item.kind === 'compacted') return 0;
  let bytes = 0;
  for (const { key, entry, previous } of item.events) {
    bytes += key.length + (entry?.value.length ?? 0) + (previous?.value.length ?? 0);
  }
  return bytes;
}
