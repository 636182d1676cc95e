/**
 * Work that many ask for. While it is under way it is begun at most once more, after that: so who asks waits for one that
 * began no earlier than the question.
 */
export class RepeatedWork {
  readonly #underWay = new Map<string, { readonly done: Promise<void>; again: Promise<void> | undefined }>();

  run(name: string, work: () => Promise<void>): Promise<void> {
    const current = this.#underWay.get(name);
    if (current !== undefined) {
      current.again ??= current.done.then(() => this.run(name, work));
      return current.again;
    }
    const done = work().finally(() => this.#underWay.delete(name));
    this.#underWay.set(name, { done, again: undefined });
    return done;
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) {
      await Promise.all([...this.#underWay.values()].map(({ done, again }) => again ?? done));
    }
  }
}
