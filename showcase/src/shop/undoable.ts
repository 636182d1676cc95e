import type { Answer } from './http.ts';
import { Once } from './once.ts';
import { keysRemembered, Recent } from './recent.ts';

const created: Answer = { status: 201, body: { done: true } };
const calledOff: Answer = { status: 409, body: { error: 'this was called off before it was done' } };

/**
 * Work that is done once per key and can be taken back. The two may overtake each other on the network: what was
 * taken back before it was done is not done any more.
 */
export class Undoable {
  private readonly once = new Once();
  private readonly states = new Recent<'done' | 'undone' | 'void'>(keysRemembered);

  /** For what the book says happened before this process began. */
  remember(key: string | undefined, state: 'done' | 'undone' | 'void'): void {
    if (key === undefined) return;
    this.states.set(key, state);
    this.once.remember(key, state === 'void' ? calledOff : created);
  }

  /** Works, then records that it is done. */
  do(key: string | undefined, work: () => Promise<void>, record: () => Promise<void>): Promise<Answer> {
    return this.once.run(key, async () => {
      await work();
      if (key !== undefined) {
        if (this.states.get(key) === 'void') return calledOff;
        this.states.set(key, 'done');
      }
      await record();
      return created;
    });
  }

  /**
   * Takes back what was done under `key`, which takes `work`; what has not been done is only forbidden, which takes
   * none. Once, however often it is asked for.
   */
  async undo(
    key: string,
    work: () => Promise<void>,
    record: (what: 'undone' | 'void') => Promise<void>,
  ): Promise<void> {
    if (this.states.get(key) === 'done') await work();
    const state = this.states.get(key);
    if (state === 'undone' || state === 'void') return;
    const next = state === 'done' ? 'undone' : 'void';
    this.states.set(key, next);
    await record(next);
  }
}
