import type { Answer } from './http.ts';
import { keysRemembered, Recent } from './recent.ts';

/**
 * Does the work of a key once: a repeated request gets the first one's answer, and one that comes while the first
 * is under way waits for it. Work that failed may be tried again. Requests without a key are all new.
 */
export class Once {
  private readonly done = new Recent<Answer>(keysRemembered);
  private readonly underWay = new Map<string, Promise<Answer>>();

  /** For what the book says was done before this process began. */
  remember(key: string, answer: Answer): void {
    this.done.set(key, answer);
  }

  run(key: string | undefined, work: () => Promise<Answer>): Promise<Answer> {
    if (key === undefined) return work();
    const known = this.done.get(key);
    if (known !== undefined) return Promise.resolve(known);
    return this.underWay.get(key) ?? this.start(key, work);
  }

  private start(key: string, work: () => Promise<Answer>): Promise<Answer> {
    const running = work()
      .then((answer) => {
        this.done.set(key, answer);
        return answer;
      })
      .finally(() => this.underWay.delete(key));
    this.underWay.set(key, running);
    return running;
  }
}
