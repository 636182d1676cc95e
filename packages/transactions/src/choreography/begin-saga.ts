import { invalidArgument, type JsonValue, newId, platformWorld, type World } from '@holdfast/core';
import type { Inbox } from '../outbox/inbox.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { Choreography } from './choreography.ts';
import { toMessage } from './saga-event.ts';

export interface BeginSagaOptions<Transaction> {
  readonly choreography: Choreography;
  /** Of the database that the transaction is of. */
  readonly inbox: Inbox<Transaction>;
  readonly outbox: Outbox<Transaction>;
  /** The service that begins it. */
  readonly service: string;
  /** 1 to 160 characters. */
  readonly sagaId: string;
  /** One of the events that begin the saga. */
  readonly type: string;
  readonly data: JsonValue;
  /** Default the platform's. */
  readonly world?: World | undefined;
}

/**
 * Begins a saga in the user's transaction: it runs if that commits. False when this database has begun one of that id
 * before; then nothing happens.
 *
 * @throws HoldfastError INVALID_ARGUMENT.
 */
export async function beginSaga<Transaction>(
  transaction: Transaction,
  options: BeginSagaOptions<Transaction>,
): Promise<boolean> {
  const { choreography, inbox, outbox, service, sagaId, type, data, world = platformWorld() } = options;
  if (!choreography.begins.includes(type)) {
    throw invalidArgument('type', type, `one of the events that begin ${choreography.name}`);
  }
  if (!/^[^\p{Surrogate}]{1,160}$/u.test(sagaId)) {
    throw invalidArgument('sagaId', sagaId, 'a string of 1 to 160 characters');
  }
  if ((await inbox.accept(transaction, `${choreography.name}/begun`, sagaId)) === 'duplicate') return false;
  const event = { id: newId(world), sagaId, type, data, service, causationId: undefined };
  await outbox.enqueue(transaction, [toMessage(choreography.name, event)]);
  return true;
}
