import type { WatchItem } from '@holdfast/coordination';
import type { WrittenHistory } from './written-history.ts';

const decoder = new TextDecoder();

/** What one watch of a client was told, to be compared with what was written. */
export class ToldWatch {
  readonly #prefix: string;
  readonly #written: WrittenHistory;
  readonly #items: { readonly revision: number; readonly text: string | undefined }[] = [];
  /** The first revision that it is to tell; undefined until it has begun. */
  #from: number | undefined;

  constructor(prefix: string, written: WrittenHistory) {
    this.#prefix = prefix;
    this.#written = written;
  }

  began(from: number): void {
    this.#from = from;
  }

  told(item: WatchItem): void {
    const { revision } = item;
    if (item.kind === 'compacted') {
      this.#items.push({ revision, text: undefined });
      return;
    }
    const texts = item.events.map(({ key, entry }) =>
      entry === undefined ? `-${key}` : `+${key}=${decoder.decode(entry.value)}`,
    );
    this.#items.push({ revision, text: texts.join(' ') });
  }

  /** Whether it was told all that there is to tell. */
  get done(): boolean {
    if (this.#from === undefined) return false;
    const last = this.#expected().at(-1)?.revision;
    return last === undefined || last < this.#from || (this.#items.at(-1)?.revision ?? 0) >= last;
  }

  /** Where it was told something else than what was written: a gap, something twice, or in another order. */
  get wrong(): string | undefined {
    let next = this.#from;
    if (next === undefined) return undefined;
    const expected = this.#expected();
    let place = expected.findIndex(({ revision }) => revision >= this.#from!);
    if (place < 0) place = expected.length;
    for (const { revision, text } of this.#items) {
      if (revision < next) return `a watch of ${this.#prefix} is told of ${revision} where ${next} is next`;
      next = revision + 1;
      if (text === undefined) {
        while (place < expected.length && expected[place]!.revision <= revision) place++;
        continue;
      }
      const due = expected[place];
      // What no member has told of, nobody can judge.
      if (due === undefined || due.revision > revision) continue;
      if (due.revision < revision || due.text !== text) {
        return `a watch of ${this.#prefix} is told of ${text} at ${revision}, where ${due.text} at ${due.revision} is next`;
      }
      place++;
    }
    return undefined;
  }

  #expected(): readonly { readonly revision: number; readonly text: string }[] {
    return this.#written.revisions.flatMap(({ revision, changes }) => {
      const seen = changes.filter(({ key }) => key.startsWith(this.#prefix));
      return seen.length === 0 ? [] : [{ revision, text: seen.map(({ text }) => text).join(' ') }];
    });
  }
}
