/**
 * One life of a process that is made to end at a chosen boundary: between two things that it asks of the outside, or
 * between what it asks and the answer.
 */
export class Life {
  crossed = 0;
  dead = false;
  readonly #endsAt: number;
  readonly #end: () => void;

  /** @param endsAt - counted from 1; it lives on where it crosses fewer. */
  constructor(endsAt: number, end: () => void) {
    this.#endsAt = endsAt;
    this.#end = end;
  }

  /** Resolves if it is still alive; never, if not. */
  async cross(): Promise<void> {
    if (!this.dead && ++this.crossed === this.#endsAt) {
      this.dead = true;
      this.#end();
    }
    if (this.dead) await new Promise(() => {});
  }

  /** `target`, with a boundary before and after each of the methods that are named. */
  guard<Target extends object>(target: Target, ...names: readonly (keyof Target & string)[]): Target {
    return new Proxy(target, {
      get: (_, name) => {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        if (!names.includes(name as keyof Target & string)) return member.bind(target);
        return async (...args: unknown[]): Promise<unknown> => {
          await this.cross();
          const answer: unknown = await member.apply(target, args);
          await this.cross();
          return answer;
        };
      },
    });
  }
}
