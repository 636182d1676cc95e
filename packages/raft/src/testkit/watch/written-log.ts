import type { HardState } from '../../log/stored-state.ts';
import type { WriteBatch } from '../../log/write-batch.ts';
import type { Raft } from '../../raft.ts';

interface PendingWrite {
  readonly sequence: number;
  readonly hardState: HardState | undefined;
  lastIndex: number;
}

/** What one member has written, and how much of that is durable: told by its driver, not by its core. */
export class WrittenLog {
  /** The term of each entry, by index; below {@link first} unknown. */
  readonly #terms: number[] = [];
  #first = 1;
  /** What is durable of the log: up to this index. */
  durable = 0;
  /** The hard state that is durable. */
  hardState: HardState;
  readonly #pending: PendingWrite[] = [];

  /** What a process that starts has read back. */
  constructor(raft: Raft<string>) {
    this.#first = raft.firstIndex;
    for (let index = raft.firstIndex; index <= raft.lastIndex; index++)
      this.#terms[index] = raft.termAt(index)!;
    this.durable = raft.lastIndex;
    this.hardState = { term: raft.term, vote: raft.vote, commit: raft.commitIndex };
  }

  writing({ sequence, snapshot, truncateFrom, entries, hardState }: WriteBatch<string>): void {
    if (snapshot !== undefined) {
      this.#first = snapshot.index + 1;
      this.#cut(snapshot.index);
    }
    if (truncateFrom !== undefined) this.#cut(truncateFrom - 1);
    for (const entry of entries) this.#terms[entry.index] = entry.term;
    const lastIndex =
      entries.at(-1)?.index ?? snapshot?.index ?? this.#pending.at(-1)?.lastIndex ?? this.durable;
    this.#pending.push({ sequence, hardState, lastIndex });
  }

  /** All writes up to this one are durable. */
  written(sequence: number): void {
    while (this.#pending.length > 0 && this.#pending[0]!.sequence <= sequence) {
      const { hardState, lastIndex } = this.#pending.shift()!;
      this.durable = lastIndex;
      if (hardState !== undefined) this.hardState = hardState;
    }
  }

  /** Whether the entry of that index and term is durable here, as itself or within a snapshot. */
  holds(index: number, term: number): boolean {
    if (index > this.durable) return false;
    return index < this.#first || this.#terms[index] === term;
  }

  #cut(last: number): void {
    this.durable = Math.min(this.durable, last);
    for (const pending of this.#pending) pending.lastIndex = Math.min(pending.lastIndex, last);
  }
}
