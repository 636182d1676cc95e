import { leaderChanged } from './member-events.ts';

/** Who leads, as far as a member knows, and who is told when that is another one. */
export class LeaderWatch {
  readonly #member: string;
  readonly #listeners = new Set<(leader: string | undefined) => void>();
  #leader: string | undefined;
  #changes = 0;

  constructor(member: string) {
    this.#member = member;
  }

  get leader(): string | undefined {
    return this.#leader;
  }

  /** How often there was a leader, or another one. */
  get changes(): number {
    return this.#changes;
  }

  /** Returns what ends it. */
  listen(listener: (leader: string | undefined) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  changed(leader: string | undefined, term: number): void {
    this.#leader = leader;
    if (leader !== undefined) this.#changes++;
    for (const listener of this.#listeners) listener(leader);
    if (leaderChanged.active) leaderChanged.publish({ member: this.#member, leader, term });
  }

  stop(): void {
    this.#listeners.clear();
  }
}
