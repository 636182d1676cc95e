import { assert } from '@holdfast/core';
import { openMemoryJournal } from '@holdfast/storage';
import { openEmbeddedDatabase } from '../embedded/embedded-database.ts';
import type { EmbeddedTransaction } from '../embedded/embedded-transaction.ts';
import type { NewEvent } from '../event-sourcing/event-store.ts';
import { openEventStore } from '../event-sourcing/journal-event-store.ts';
import { type Projection, type ProjectionOptions, runProjection } from '../event-sourcing/projection.ts';

/** An event of a stream. */
export type StreamEvent = NewEvent & { readonly stream: string };

/**
 * What a projection makes of events, as `view` reads it, for any test runner:
 *
 *     const total = await project(totals, [{ stream: 'account-1', type: 'opened', data: 100 }], (tx) => tx.get('totals', 'all'));
 *
 * It runs twice: once through all events, and once with a stop after each of them, which has to make no difference.
 */
export async function project<View>(
  projection: Projection<EmbeddedTransaction>,
  events: readonly StreamEvent[],
  view: (transaction: EmbeddedTransaction) => View,
): Promise<View> {
  const whole = await projected(projection, events, view, events.length);
  const stopped = await projected(projection, events, view, 1);
  const [one, other] = [JSON.stringify(whole), JSON.stringify(stopped)];
  assert(one === other, `the view is ${one}, but ${other} when the projection stops after each event`);
  return whole;
}

async function projected<View>(
  projection: Projection<EmbeddedTransaction>,
  events: readonly StreamEvent[],
  view: (transaction: EmbeddedTransaction) => View,
  atOnce: number,
): Promise<View> {
  const store = await openEventStore({ journal: await openMemoryJournal() });
  const database = await openEmbeddedDatabase({ journal: await openMemoryJournal() });
  const { checkpoints } = database;
  try {
    for (let begin = 0; begin < events.length; begin += atOnce) {
      let position = 0;
      for (const { stream, ...event } of events.slice(begin, begin + atOnce)) {
        ({ position } = await store.append(stream, 'any', [event]));
      }
      await run(projection, position, { store, transactor: database, checkpoints });
    }
    return await database.transact(async (transaction) => view(transaction));
  } finally {
    await store.close();
    await database.close();
  }
}

/** Runs it up to a position. @throws what the projection throws first. */
async function run(
  projection: Projection<EmbeddedTransaction>,
  position: number,
  options: ProjectionOptions<EmbeddedTransaction>,
): Promise<void> {
  let fail = (_error: unknown): void => {};
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const running = runProjection(projection, { ...options, onFailure: (error) => fail(error) });
  try {
    await Promise.race([running.reached(position), failed]);
  } finally {
    await running.close();
  }
}
