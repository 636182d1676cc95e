import { invalidArgument, newId, toMicros, toMillis, type World } from '@holdfast/core';
import type { Inbox } from '../outbox/inbox.ts';
import type { Outbox, OutgoingMessage } from '../outbox/outbox.ts';
import type { ChoreographedService, Emit, Reaction } from './choreography.ts';
import { type SagaEvent, type SagaTimer, toMessage, toTimerMessage } from './saga-event.ts';

/** Where a service notes what it has done and puts what it emits. */
export interface ServiceBooks<Transaction> {
  readonly choreography: string;
  readonly inbox: Inbox<Transaction>;
  readonly outbox: Outbox<Transaction>;
  readonly world: World;
}

/**
 * Does all that a service has to do about an event, in one transaction. Events of its own it hears at once, in the
 * transaction that emits them: what it has decided holds for whatever comes next, wherever its events are under way.
 *
 * Three notes in the inbox for each reaction and saga see to it that order and copies make no difference:
 *
 * - `done`: taken by the reaction itself, or by its undo if that comes first. Who has it is the only one.
 * - `undone`: taken by the first event that undoes it. If `done` was free until then, there is nothing to undo, and there
 *   never will be.
 * - `awaited`: taken by the first event that it waits for or that undoes it, or by its timer. Only a timer that has it
 *   emits.
 */
export async function reactTo<Transaction>(
  service: ChoreographedService<Transaction>,
  books: ServiceBooks<Transaction>,
  transaction: Transaction,
  event: SagaEvent,
): Promise<void> {
  const messages: OutgoingMessage[] = [];
  const heard = [event];
  for (const each of heard) {
    const emitted = await hear(service, books, transaction, each, messages);
    heard.push(...emitted);
    for (const own of emitted) messages.push(toMessage(books.choreography, own));
  }
  await books.outbox.enqueue(transaction, messages);
}

/** Does what a service has to do when a timer of it is due. */
export async function timeOut<Transaction>(
  service: ChoreographedService<Transaction>,
  books: ServiceBooks<Transaction>,
  transaction: Transaction,
  { sagaId, on, causationId }: SagaTimer,
): Promise<void> {
  const otherwise = service.reactions[on]?.awaits?.otherwise;
  const note = noteOf(books, service.name, on, 'awaited');
  if (otherwise === undefined || (await books.inbox.accept(transaction, note, sagaId)) === 'duplicate')
    return;
  const id = newId(books.world);
  const event = { id, sagaId, type: otherwise, data: null, service: service.name, causationId };
  await books.outbox.enqueue(transaction, [toMessage(books.choreography, event)]);
  await reactTo(service, books, transaction, event);
}

/** The events that it leads to. */
async function hear<Transaction>(
  { name, reactions }: ChoreographedService<Transaction>,
  books: ServiceBooks<Transaction>,
  transaction: Transaction,
  event: SagaEvent,
  timers: OutgoingMessage[],
): Promise<readonly SagaEvent[]> {
  const { sagaId, type, id: causationId } = event;
  const emitted: SagaEvent[] = [];
  const note = (on: string, what: 'done' | 'undone' | 'awaited'): Promise<'fresh' | 'duplicate'> =>
    books.inbox.accept(transaction, noteOf(books, name, on, what), sagaId);

  for (const [on, reaction] of Object.entries(reactions)) {
    const emit: Emit = (of, data = null) => {
      checkEmits(reaction, of);
      emitted.push({ id: newId(books.world), sagaId, type: of, data, service: name, causationId });
    };
    const undoes = reaction.undoOn?.includes(type) === true;
    if (undoes || reaction.awaits?.anyOf.includes(type)) await note(on, 'awaited');
    if (undoes && (await note(on, 'undone')) === 'fresh') {
      if ((await note(on, 'done')) === 'duplicate') await reaction.undo?.(transaction, event, emit);
    }
    if (on !== type || (await note(on, 'done')) === 'duplicate') continue;
    await reaction.react(transaction, event, emit);
    if (reaction.awaits === undefined) continue;
    const timer = { sagaId, on, causationId };
    const within = toMillis(toMicros(reaction.awaits.within));
    const message = toTimerMessage(books.choreography, name, newId(books.world), timer);
    timers.push({ ...message, notBefore: books.world.clock.wall() + within });
  }
  return emitted;
}

function noteOf(
  { choreography }: { readonly choreography: string },
  service: string,
  on: string,
  what: string,
): string {
  return `${choreography}/${service}/${on}/${what}`;
}

function checkEmits({ emits }: Reaction<never>, type: string): void {
  if (emits.includes(type)) return;
  throw invalidArgument('type', type, `one of what the reaction says it emits: ${emits.join(', ')}`);
}
