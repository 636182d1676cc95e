import type { CoordinationStore, WatchItem } from '@holdfast/coordination';

/** All that one watch was told, a line for each event. */
export class WatchRecorder {
  readonly lines: string[] = [];
  /** What was told out of order or twice. */
  readonly disorder: string[] = [];
  revision = 0;
  readonly #end = new AbortController();
  readonly #done: Promise<void>;

  /** Watches `prefix` from the very first change. */
  constructor(store: CoordinationStore, prefix: string) {
    this.#done = this.#record(store.watch(prefix, { from: 1, signal: this.#end.signal }));
  }

  async stop(): Promise<void> {
    this.#end.abort();
    await this.#done;
  }

  async #record(items: AsyncIterable<WatchItem>): Promise<void> {
    try {
      for await (const item of items) {
        if (item.kind === 'compacted') {
          this.disorder.push(`compacted at ${item.revision}, though nobody compacts`);
          continue;
        }
        if (item.revision <= this.revision) this.disorder.push(`${item.revision} after ${this.revision}`);
        this.revision = item.revision;
        for (const { kind, key, entry } of item.events) {
          const value = entry === undefined ? '' : new TextDecoder().decode(entry.value);
          this.lines.push(`${item.revision} ${kind} ${key} ${value}`);
        }
      }
    } catch (error) {
      if (!this.#end.signal.aborted) throw error;
    }
  }
}
