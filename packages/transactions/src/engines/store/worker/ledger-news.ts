import type { CoordinationStore, WatchEvent } from '@holdfast/coordination';
import { after, type LedgerKeys, readLineKey, readMessageKey } from '../ledger-keys.ts';

/** Who is told what others have changed in a ledger. */
export interface NewsListener {
  message(place: string, sequence: number, bytes: Uint8Array): void;
  /** Somebody has left the line of that key. */
  left(key: string): void;
  /** A worker has died or gone. */
  workerGone(): void;
  /** What was changed meanwhile is not told: read what is there. */
  gap(): void;
  /** Nothing is told any more. */
  failed(error: unknown): void;
}

/** The one watch that a worker has. */
export class LedgerNews {
  readonly #keys: LedgerKeys;
  readonly #listener: NewsListener;
  readonly #leaving = new AbortController();
  #listening: Promise<void> | undefined;

  constructor(keys: LedgerKeys, listener: NewsListener) {
    this.#keys = keys;
    this.#listener = listener;
  }

  /** Resolves once everything is told that is changed from then on. */
  async open(store: CoordinationStore): Promise<void> {
    const watch = store.watch(this.#keys.news, { signal: this.#leaving.signal });
    await watch.started;
    this.#listening = this.#listen(watch);
  }

  leave(): void {
    this.#leaving.abort();
  }

  /** Resolves when nothing of it is left. */
  async left(): Promise<void> {
    await this.#listening;
  }

  async #listen(watch: ReturnType<CoordinationStore['watch']>): Promise<void> {
    try {
      for await (const item of watch) {
        if (item.kind === 'compacted') this.#listener.gap();
        else for (const event of item.events) this.#tell(event);
      }
    } catch (error) {
      if (!this.#leaving.signal.aborted) this.#listener.failed(error);
    }
  }

  #tell({ kind, key, entry }: WatchEvent): void {
    const { messages, lines, workers } = this.#keys;
    if (key.startsWith(messages)) {
      if (entry === undefined) return;
      const { place, sequence } = readMessageKey(after(messages, key));
      this.#listener.message(place, sequence, entry.value);
    } else if (key.startsWith(lines)) {
      if (kind === 'delete') this.#listener.left(readLineKey(after(lines, key)).key);
    } else if (key.startsWith(workers) && kind === 'delete') {
      this.#listener.workerGone();
    }
  }
}
