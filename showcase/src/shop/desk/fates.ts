import type { Deadline } from '@holdfast/core';
import type { Run, SagaOutcome } from '@holdfast/transactions';
import { keysRemembered, Recent } from '../recent.ts';
import type { Fate, Waiting } from './order-saga.ts';

/** What has been decided about orders, for those who wait for it. */
export class Fates implements Waiting {
  private readonly remembered = new Recent<Fate>(keysRemembered);
  private readonly asked = new Map<string, Question>();

  readonly decided = (id: string, fate: Fate): void => {
    if (this.known(id) === undefined) this.remembered.set(id, fate);
    this.asked.get(id)?.answer(fate);
    this.asked.delete(id);
  };

  /** What this process knows to be decided. */
  known(id: string): Fate | undefined {
    return this.remembered.get(id);
  }

  /** The deadline of the last who asked: customers ask again when they have waited in vain. */
  until(id: string): Deadline | undefined {
    return this.asked.get(id)?.until;
  }

  /** Rejects when this process cannot learn it any more. */
  of(run: Run<SagaOutcome<unknown>>, until: Deadline | undefined): Promise<Fate> {
    const known = this.known(run.id);
    if (known !== undefined) return Promise.resolve(known);
    const asked = this.asked.get(run.id) ?? this.ask(run);
    asked.until = until;
    return asked.fate;
  }

  private ask({ id, result }: Run<SagaOutcome<unknown>>): Question {
    let answer!: (fate: Fate) => void;
    const fate = new Promise<Fate>((resolve, reject) => {
      answer = resolve;
      // A saga that ended in an earlier life of this process decides nothing any more.
      result.then(({ status }) => this.decided(id, status === 'committed' ? 'accepted' : 'failed'), reject);
    });
    const question = { fate, answer, until: undefined };
    this.asked.set(id, question);
    return question;
  }
}

interface Question {
  readonly fate: Promise<Fate>;
  readonly answer: (fate: Fate) => void;
  until: Deadline | undefined;
}
