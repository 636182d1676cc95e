import type { Entry } from '../../log/entry.ts';

/** What the cluster has committed so far, as its members said: it must never change. */
export class DecidedLog {
  /** By index, from 1. */
  readonly #entries: Entry<string>[] = [];
  /** In which term each was committed: its own or a later one. */
  readonly #committedIn: number[] = [];
  readonly #digests: (number | undefined)[] = [];

  get lastIndex(): number {
    return Math.max(0, this.#entries.length - 1);
  }

  termAt(index: number): number | undefined {
    return this.#entries[index]?.term;
  }

  /** Whether it was committed in a term before `term`, whose leader must then have it. */
  isDecidedBefore(index: number, term: number): boolean {
    return index < this.#committedIn.length && this.#committedIn[index]! < term;
  }

  /** A member in `term` says that `entry` is committed. Says what is wrong about that, or undefined. */
  commit(member: string, term: number, entry: Entry<string>): string | undefined {
    const decided = this.#entries[entry.index];
    if (decided === undefined) {
      this.#entries[entry.index] = entry;
      this.#committedIn[entry.index] = term;
      return undefined;
    }
    // A witness learns of a command's place alone; whoever tells the command completes it.
    if (decided.kind === 'withheld') this.#entries[entry.index] = entry;
    if (sameEntry(decided, entry)) return undefined;
    return `${member} commits ${describe(entry)} where ${describe(decided)} was committed`;
  }

  /** A member has applied everything up to `index`, and `digest` stands for it. */
  apply(member: string, index: number, digest: number): string | undefined {
    const known = this.#digests[index];
    if (known === undefined) this.#digests[index] = digest;
    else if (known !== digest) return `${member} has another state than others at index ${index}`;
    return undefined;
  }
}

/** Whether two members mean the same by it. A withheld command is any command. */
export function sameEntry(one: Entry<string>, other: Entry<string>): boolean {
  if (one === other) return true;
  if (one.index !== other.index || one.term !== other.term) return false;
  if (one.kind === 'withheld') return other.kind === 'withheld' || other.kind === 'command';
  if (other.kind === 'withheld') return one.kind === 'command';
  if (one.kind !== other.kind) return false;
  if (one.kind === 'command') return one.command === (other as typeof one).command;
  if (one.kind === 'blank') return true;
  return JSON.stringify(one.configuration) === JSON.stringify((other as typeof one).configuration);
}

export function describe(entry: Entry<string>): string {
  const what = entry.kind === 'command' ? ` ${entry.command}` : '';
  return `${entry.kind} ${entry.index}@${entry.term}${what}`;
}
