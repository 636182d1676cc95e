import type { Event } from '../../etcd/key-value.ts';

export interface WatchOptions {
  readonly key: Uint8Array;
  /** As in a WatchCreateRequest. */
  readonly rangeEnd: Uint8Array;
  /** The first revision of interest; 0, the default: what comes from now on. */
  readonly startRevision?: number;
  /** Leaves puts out. */
  readonly noPut?: boolean;
  readonly noDelete?: boolean;
  /** Whether events tell what was there before. */
  readonly previous?: boolean;
}

/** Events in their order; those of one revision are never parted. */
export interface WatchBatch {
  /** The store's revision when they were sent: of the events themselves, or later when the watcher is catching up. */
  readonly revision: number;
  /** Shared with other watchers that get the same. */
  readonly events: readonly Event[];
}

export interface WatchListener {
  /** Takes the next events; false if it cannot now. Then it is asked again after `resume`, and with more at a time. */
  events(batch: WatchBatch): boolean;
  /** The end: the events it still lacks are compacted, and there are some only from `compactRevision` on. */
  compacted(compactRevision: number): void;
}

/** A watch under way, as its owner holds it. */
export interface Watcher {
  /** Whether it has been sent all that there is. */
  readonly synced: boolean;
  /** The first revision of which it has got nothing yet. Less for what it did not want. */
  readonly nextRevision: number;
  /** Its listener can take events again. */
  resume(): void;
  cancel(): void;
}
