import { Timer } from '@holdfast/core';
import { EtcdError, etcdRefusals } from '../etcd/etcd-errors.ts';
import type { Event } from '../etcd/key-value.ts';
import { type WatchCreateRequest, WatchFilter, type WatchRequest, WatchResponse } from '../etcd/watch.ts';
import type { WatchBatch, Watcher, WatchListener } from '../state/watch/watcher.ts';
import type { Call, ResponseSink } from './call.ts';
import type { ServiceParts } from './service-parts.ts';
import type { WatchResponses } from './watch-responses.ts';

/** What is said of no watch in particular. */
const noWatch = -1n;
const firstKey: Uint8Array = Uint8Array.of(0);

/** Microseconds until a progress request that found watches behind is looked at again. */
const progressRetry = 20_000;
/** Microseconds that a watch from now on waits to hear what now is. */
const startTimeout = 1_000_000;

/**
 * One stream of etcd's Watch service, with any number of watches. While its client reads too slowly it takes no events:
 * then its watches fall behind, and read from history what they have missed. Nothing is queued for them.
 */
export class WatchStream {
  readonly #parts: ServiceParts;
  readonly #encoder: WatchResponses;
  readonly #responses: ResponseSink<WatchResponse>;
  readonly #call: Call;
  readonly #watches = new Map<bigint, Watch>();
  /** Those that were not let in while the client did not read. */
  readonly #stalled = new Set<Watch>();
  readonly #ticker: ProgressTimer;
  readonly #progressTimer: ProgressTimer;
  #blocked = false;
  #nextId = 0n;

  constructor(
    parts: ServiceParts,
    encoder: WatchResponses,
    responses: ResponseSink<WatchResponse>,
    call: Call,
  ) {
    this.#parts = parts;
    this.#encoder = encoder;
    this.#responses = responses;
    this.#call = call;
    this.#ticker = new ProgressTimer(() => this.#tick());
    this.#progressTimer = new ProgressTimer(() => this.#progress());
  }

  /** Serves requests until the client goes. That it has no more of them is no end: its watches go on. */
  async serve(requests: AsyncIterable<WatchRequest>): Promise<void> {
    const { signal } = this.#call;
    try {
      this.#armTicker();
      for await (const { request } of requests) {
        if (request?.case === 'create') await this.#create(request.value);
        else if (request?.case === 'cancel') this.#cancel(request.value.watchId);
        else if (request?.case === 'progress') this.#progress();
        // Answers to requests wait in no queue but that of the stream: so its client must read them to make more.
        if (this.#blocked) await this.#responses.drained();
      }
      if (!signal.aborted) {
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      }
    } finally {
      this.#end();
    }
  }

  /** Called by watches. False when the events are not taken. */
  take(watch: Watch, batch: WatchBatch): boolean {
    if (this.#blocked) {
      this.#stalled.add(watch);
      return false;
    }
    watch.active = true;
    const encoded = this.#encoder.encode(watch.id, batch);
    const { requestBytesMax } = this.#parts.limits;
    if (watch.fragment && encoded.length > requestBytesMax && batch.events.length > 1) {
      this.#sendFragments(watch, batch);
    } else if (!this.#responses.sendEncoded(encoded)) this.#block();
    return true;
  }

  /** Called by watches: the revision that is next for them is compacted. */
  compacted(watch: Watch, compactRevision: number): void {
    this.#forget(watch);
    this.#send({ watchId: watch.id, canceled: true, compactRevision });
  }

  async #create(request: WatchCreateRequest): Promise<void> {
    const { member, store, callers, limits } = this.#parts;
    const key = request.key.length === 0 ? firstKey : request.key;
    const { rangeEnd } = request;
    if (request.startRevision === 0) {
      // What was answered before is not to come, also where this member lags. Without a leader its own state has to do.
      await member.readBarrier({ timeout: startTimeout, signal: this.#call.signal }).catch(() => undefined);
    }
    try {
      const auth = await callers.identify(this.#call);
      const refusal = store.auth.permits(auth, key, rangeEnd, 'read');
      if (refusal !== undefined) throw new EtcdError(refusal);
    } catch (error) {
      if (!(error instanceof EtcdError)) throw error;
      // Through a member of Go's error type: that is how etcd puts it.
      this.#refuse(`rpc error: code = ${codeNames[error.code] ?? 'Unknown'} desc = ${error.message}`);
      return;
    }
    if (this.#watches.size >= limits.watchesPerStreamMax)
      this.#refuse('holdfast: too many watches on one stream');
    else if (isEmptyRange(key, rangeEnd)) this.#refuse('mvcc: watcher range is empty');
    else if (request.watchId !== 0n && this.#watches.has(request.watchId)) {
      this.#refuse('mvcc: duplicate watch ID provided on the WatchStream');
    } else {
      const watch = new Watch(this, request.watchId === 0n ? this.#freeId() : request.watchId, request);
      this.#watches.set(watch.id, watch);
      // First, so that no event comes before it.
      this.#send({ watchId: watch.id, created: true });
      watch.watcher = store.watch(
        {
          key,
          rangeEnd,
          startRevision: request.startRevision,
          noPut: request.filters.includes(WatchFilter.NOPUT),
          noDelete: request.filters.includes(WatchFilter.NODELETE),
          previous: request.prevKv,
        },
        watch,
      );
    }
  }

  #refuse(cancelReason: string): void {
    this.#send({ watchId: noWatch, created: true, canceled: true, cancelReason });
  }

  #cancel(id: bigint): void {
    const watch = this.#watches.get(id);
    if (watch === undefined) return;
    this.#forget(watch);
    this.#send({ watchId: id, canceled: true });
  }

  #forget(watch: Watch): void {
    this.#watches.delete(watch.id);
    this.#stalled.delete(watch);
    watch.watcher?.cancel();
  }

  /** Says the revision to all watches at once, as soon as none of them lacks anything before it. */
  #progress(): void {
    const { world } = this.#parts;
    for (const { watcher } of this.#watches.values()) {
      if (watcher?.synced === false) {
        if (!this.#progressTimer.armed)
          world.timers.arm(this.#progressTimer, world.clock.now() + progressRetry);
        return;
      }
    }
    this.#send({ watchId: noWatch });
  }

  /** Tells each watch that wants to know and had no events since the last time. */
  #tick(): void {
    for (const watch of this.#watches.values()) {
      if (watch.progressNotify && !watch.active && watch.watcher?.synced === true && !this.#blocked) {
        this.#send({ watchId: watch.id });
      }
      watch.active = false;
    }
    this.#armTicker();
  }

  /** With some jitter, so that streams that began together do not tick together. */
  #armTicker(): void {
    const { limits, world } = this.#parts;
    const interval = limits.watchProgressInterval;
    const jitter = world.random.below(Math.max(1, Math.floor(interval / 10)));
    world.timers.arm(this.#ticker, world.clock.now() + interval + jitter);
  }

  #send(fields: Partial<WatchResponse>): void {
    const response = WatchResponse.create({ header: this.#parts.headers.now(), ...fields });
    if (!this.#responses.send(response)) this.#block();
  }

  /** Cuts events into responses of which each is below the limit, if its events are. */
  #sendFragments(watch: Watch, { revision, events }: WatchBatch): void {
    const header = this.#parts.headers.at(revision);
    const { requestBytesMax } = this.#parts.limits;
    let piece: Event[] = [];
    let bytes = 0;
    const send = (fragment: boolean): void => {
      const response = WatchResponse.create({ header, watchId: watch.id, events: piece, fragment });
      if (!this.#responses.send(response)) this.#block();
      piece = [];
      bytes = 0;
    };
    for (const event of events) {
      const size = sizeOf(event);
      if (piece.length > 0 && bytes + size > requestBytesMax) send(true);
      piece.push(event);
      bytes += size;
    }
    send(false);
  }

  #block(): void {
    if (this.#blocked || this.#call.signal.aborted) return;
    this.#blocked = true;
    void this.#responses.drained().then(() => {
      this.#blocked = false;
      const stalled = [...this.#stalled];
      this.#stalled.clear();
      for (const watch of stalled) watch.watcher?.resume();
    });
  }

  #freeId(): bigint {
    while (this.#watches.has(this.#nextId)) this.#nextId++;
    return this.#nextId++;
  }

  #end(): void {
    const { timers } = this.#parts.world;
    timers.disarm(this.#ticker);
    timers.disarm(this.#progressTimer);
    for (const watch of this.#watches.values()) watch.watcher?.cancel();
    this.#watches.clear();
    this.#stalled.clear();
  }
}

/** One watch of a stream. */
class Watch implements WatchListener {
  readonly id: bigint;
  readonly progressNotify: boolean;
  readonly fragment: boolean;
  watcher: Watcher | undefined = undefined;
  /** It had events since the last progress notification was due. */
  active = false;
  readonly #stream: WatchStream;

  constructor(stream: WatchStream, id: bigint, { progressNotify, fragment }: WatchCreateRequest) {
    this.#stream = stream;
    this.id = id;
    this.progressNotify = progressNotify;
    this.fragment = fragment;
  }

  events(batch: WatchBatch): boolean {
    return this.#stream.take(this, batch);
  }

  compacted(compactRevision: number): void {
    this.#stream.compacted(this, compactRevision);
  }
}

class ProgressTimer extends Timer {
  readonly #due: () => void;

  constructor(due: () => void) {
    super();
    this.#due = due;
  }

  override fire(): void {
    this.#due();
  }
}

/** Go's names of the codes that a watch can be refused with. */
const codeNames: Readonly<Record<number, string>> = {
  [etcdRefusals.permissionDenied.code]: 'PermissionDenied',
  [etcdRefusals.invalidAuthToken.code]: 'Unauthenticated',
  [etcdRefusals.userEmpty.code]: 'InvalidArgument',
};

function isEmptyRange(key: Uint8Array, rangeEnd: Uint8Array): boolean {
  const endless = rangeEnd.length === 1 && rangeEnd[0] === 0;
  return rangeEnd.length > 0 && !endless && Buffer.compare(key, rangeEnd) >= 0;
}

/** About how many bytes an event takes. */
function sizeOf({ kv, prevKv }: Event): number {
  return [kv, prevKv].reduce(
    (sum, one) => sum + (one === undefined ? 0 : one.key.length + one.value.length + 48),
    8,
  );
}
