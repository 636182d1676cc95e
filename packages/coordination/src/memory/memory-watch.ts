import { OpenWatch, type WatchSource } from '../engine/open-watch.ts';
import type { Revision, WatchItem, WatchOptions } from '../store/coordination-store.ts';
import type { MemoryServer } from './memory-server.ts';

/** A place in the store's history, which is all that a watch has to keep here: the history is its buffer. */
export class MemoryWatch extends OpenWatch {
  constructor(server: MemoryServer, prefix: string, options: WatchOptions | undefined, closed: () => void) {
    const { from = server.revision + 1, previous = false, signal } = options ?? {};
    super(new HistoryReader(server, prefix, from, previous, () => this.#left(server, closed)), signal);
    server.watches.add(this);
    this.begin(from);
  }

  #left(server: MemoryServer, closed: () => void): void {
    server.watches.delete(this);
    closed();
  }
}

class HistoryReader implements WatchSource {
  readonly closed: () => void;
  readonly #server: MemoryServer;
  readonly #prefix: string;
  readonly #previous: boolean;
  #next: Revision;

  constructor(server: MemoryServer, prefix: string, from: Revision, previous: boolean, closed: () => void) {
    this.#server = server;
    this.#prefix = prefix;
    this.#next = from;
    this.#previous = previous;
    this.closed = closed;
  }

  take(): WatchItem | undefined {
    const { compactRevision } = this.#server;
    if (this.#next <= compactRevision) {
      this.#next = compactRevision + 1;
      return { kind: 'compacted', revision: compactRevision };
    }
    const change = this.#server.changeSince(this.#next, this.#prefix, this.#previous);
    if (typeof change === 'number') {
      this.#next = change;
      return undefined;
    }
    this.#next = change.revision + 1;
    return { kind: 'change', ...change };
  }
}
