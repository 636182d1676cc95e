import { type Event, EventType } from '../../etcd/key-value.ts';

const decoder = new TextDecoder();

/** The changes of one revision, each as a line of text. */
export interface WrittenRevision {
  readonly revision: number;
  readonly changes: readonly WrittenChange[];
}

export interface WrittenChange {
  readonly key: string;
  /** Such as `+key=value`, or `-key` where it was deleted. */
  readonly text: string;
}

/**
 * What was written, as the states of all members tell it, in whatever life: the same at each revision, and nothing twice.
 * Clients write every value of a key once, so that what they were told of each write is compared with it too.
 */
export class WrittenHistory {
  readonly #texts: string[] = [];
  readonly #revisions: WrittenRevision[] = [];
  /** Where each put is. */
  readonly #places = new Map<string, number>();
  /** What clients were told that it is not written, and never will be. */
  readonly #never = new Set<string>();
  /** What they were told that it is, and where. */
  readonly #done = new Map<string, number>();
  /** What is wrong, once something is. */
  broken: string | undefined;

  /** The revisions that changed something that is known here, in their order. */
  get revisions(): readonly WrittenRevision[] {
    return Object.values(this.#revisions);
  }

  /** The state of the member on `host` has changed so, in one or several whole revisions. */
  told(host: string, events: readonly Event[]): void {
    for (let at = 0; at < events.length; ) {
      const revision = revisionOf(events[at]!);
      const changes: WrittenChange[] = [];
      for (; at < events.length && revisionOf(events[at]!) === revision; at++)
        changes.push(changeOf(events[at]!));
      this.#take(host, { revision, changes });
    }
  }

  /** A client was told that it has put `value` at `revision`. */
  done(key: string, value: unknown, revision: number): void {
    this.#done.set(`+${key}=${value}`, revision);
  }

  /** A client was told that it has not put `value`, and never will have. */
  never(key: string, value: unknown): void {
    const text = `+${key}=${value}`;
    this.#never.add(text);
    const place = this.#places.get(text);
    if (place !== undefined)
      this.broken ??= `${text} is written at ${place}, and its client was told that it is not`;
  }

  /** A write that was acknowledged and is not where its client was told. */
  get lost(): string | undefined {
    for (const [text, revision] of this.#done) {
      const place = this.#places.get(text);
      // No member may have told of a revision before it was compacted.
      if (place === revision || (place === undefined && this.#texts[revision] === undefined)) continue;
      return `${text} was acknowledged at ${revision}, and is ${place === undefined ? 'lost' : `written at ${place}`}`;
    }
    return undefined;
  }

  #take(host: string, written: WrittenRevision): void {
    const { revision, changes } = written;
    const text = changes.map((change) => change.text).join(' ');
    const before = this.#texts[revision];
    if (before !== undefined) {
      if (before !== text)
        this.broken ??= `${host} has ${text} at ${revision}, where another member has ${before}`;
      return;
    }
    this.#texts[revision] = text;
    this.#revisions[revision] = written;
    for (const { key, text: change } of changes) {
      // A place in a queue may be taken again.
      if (change.startsWith('+') && !key.includes('/')) this.#put(change, revision);
    }
  }

  #put(text: string, revision: number): void {
    const place = this.#places.get(text);
    if (place !== undefined) this.broken ??= `${text} is written at ${place}, and again at ${revision}`;
    else this.#places.set(text, revision);
    if (this.#never.has(text))
      this.broken ??= `${text} is written at ${revision}, and its client was told that it is not`;
  }
}

function revisionOf({ kv }: Event): number {
  return kv!.modRevision;
}

function changeOf({ type, kv }: Event): WrittenChange {
  const key = decoder.decode(kv!.key);
  return { key, text: type === EventType.PUT ? `+${key}=${decoder.decode(kv!.value)}` : `-${key}` };
}
