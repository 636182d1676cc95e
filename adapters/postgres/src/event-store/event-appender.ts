import { sleep } from '@holdfast/core';
import type { AppendResult, ExpectedVersion } from '@holdfast/transactions';
import { idConflict, streamConflict } from '@holdfast/transactions/engine';
import type { Server } from '../connection/ask.ts';
import { commitSettings } from '../connection/commit-settings.ts';
import { StandingConnection } from '../connection/standing-connection.ts';
import { turnEnded } from '../connection/turn-ended.ts';
import { eventStoreFailure } from './event-failure.ts';

/** An append that waits to be committed. */
export interface PendingAppend {
  readonly stream: string;
  readonly expected: ExpectedVersion;
  readonly events: readonly PendingEvent[];
  readonly done: (result: AppendResult) => void;
  readonly failed: (error: unknown) => void;
}

export interface PendingEvent {
  readonly id: string;
  readonly type: string;
  readonly schemaVersion: number;
  /** JSON. */
  readonly data: string;
  readonly metadata: string;
}

type Answer =
  | AppendResult
  /** The version that was not the expected one. */
  | { readonly conflict: number }
  /** An id. */
  | { readonly taken: string };

/** Events of one call at most; an append has no more than 1,000. */
const eventsMax = 2_000;
const attemptsMax = 6;
const pauseMillis = 50;

/** Commits appends, those that wait together in one call. A call whose answer is lost is repeated: its ids say what is done. */
export class EventAppender {
  readonly #schema: string;
  readonly #connection: StandingConnection;
  #waiting: PendingAppend[] = [];
  #working = false;
  #ended: Error | undefined;

  constructor({ pool, answerTimeout }: Server, schema: string) {
    this.#schema = schema;
    this.#connection = new StandingConnection(pool, { answerTimeout, settings: commitSettings });
  }

  add(append: PendingAppend): void {
    this.#waiting.push(append);
    if (!this.#working) void this.#work();
  }

  end(error: Error): void {
    this.#ended ??= error;
    for (const { failed } of this.#waiting.splice(0)) failed(error);
    this.#connection.close();
  }

  async #work(): Promise<void> {
    this.#working = true;
    while (this.#waiting.length > 0) {
      // What is asked for in one turn is committed together.
      await turnEnded();
      await this.#commit(this.#take());
    }
    this.#working = false;
  }

  #take(): PendingAppend[] {
    let [count, events] = [0, 0];
    while (count < this.#waiting.length && events < eventsMax)
      events += this.#waiting[count++]!.events.length;
    return this.#waiting.splice(0, count);
  }

  async #commit(appends: readonly PendingAppend[]): Promise<void> {
    if (appends.length === 0) return;
    try {
      const answers = await this.#ask(appends);
      for (const [index, append] of appends.entries()) settle(append, answers[index]!);
    } catch (error) {
      const failure = this.#ended ?? eventStoreFailure(error);
      // Which of them is at fault?
      if ((failure as { code?: string }).code === 'EVENT_STORE_FAILED' && appends.length > 1) {
        for (const append of appends) await this.#commit([append]);
      } else {
        for (const { failed } of appends) failed(failure);
      }
    }
  }

  async #ask(appends: readonly PendingAppend[]): Promise<readonly Answer[]> {
    const events = appends.flatMap((append) => append.events);
    const statement = {
      name: `${this.#schema} append`,
      text: `SELECT ${this.#schema}.append_events($1, $2, $3, $4, $5, $6, $7, $8) AS answers`,
      values: [
        appends.map(({ stream }) => stream),
        appends.map(({ expected }) => String(expected)),
        appends.map((append) => append.events.length),
        events.map(({ id }) => id),
        events.map(({ type }) => type),
        events.map(({ schemaVersion }) => schemaVersion),
        events.map(({ data }) => data),
        events.map(({ metadata }) => metadata),
      ],
    };
    for (let attempt = 1; ; attempt++) {
      try {
        return JSON.parse((await this.#connection.query(statement))[0].answers);
      } catch (error) {
        const { code } = eventStoreFailure(error);
        if (this.#ended !== undefined || code !== 'EVENT_STORE_UNAVAILABLE' || attempt === attemptsMax)
          throw error;
      }
      await sleep(pauseMillis * attempt);
    }
  }
}

function settle({ stream, expected, done, failed }: PendingAppend, answer: Answer): void {
  if ('conflict' in answer) failed(streamConflict(stream, expected, answer.conflict));
  else if ('taken' in answer) failed(idConflict(stream, answer.taken));
  else done(answer);
}
