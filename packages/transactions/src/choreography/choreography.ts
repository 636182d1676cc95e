import { type Duration, invalidArgument, type JsonValue, toPositiveMicros } from '@holdfast/core';
import type { SagaEvent } from './saga-event.ts';

/**
 * A saga without an orchestrator: services that react to each other's events. Each reaction is a transaction of its
 * service, in which the events that it leads to lie in the outbox.
 */
export interface Choreography {
  readonly name: string;
  readonly services: readonly ChoreographedService<never>[];
  /** Events that begin a saga. */
  readonly begins: readonly string[];
  /** Events with which a saga ends, and what that is called: `completed`, `cancelled`. */
  readonly ends: Readonly<Record<string, string>>;
}

export interface ChoreographedService<Transaction> {
  readonly name: string;
  /** By the event that they react to. */
  readonly reactions: Readonly<Record<string, Reaction<Transaction>>>;
}

/**
 * What a service does about an event: once for each saga, however often and in whatever order events come. It hears events
 * of its own in the transaction that emits them.
 */
export interface Reaction<Transaction> {
  /** The events that it, its undo and its timeout lead to. */
  readonly emits: readonly string[];
  /** In a transaction with the notes and events of it. What it throws rolls all of it back, and it is tried again. */
  react(transaction: Transaction, event: SagaEvent, emit: Emit): void | Promise<void>;
  /** The events that it is undone at. If they come before it, it is not done at all, even if its event comes later. */
  readonly undoOn?: readonly string[] | undefined;
  /** Takes back what `react` did, in a transaction: once, and only where it was done. `event` is what it is undone at. */
  undo?(transaction: Transaction, event: SagaEvent, emit: Emit): void | Promise<void>;
  /** What the saga waits for once it is done. */
  readonly awaits?: Await | undefined;
}

/** Unless one of these events comes within a time, another one is emitted. */
export interface Await {
  readonly anyOf: readonly string[];
  readonly within: Duration;
  readonly otherwise: string;
}

/** Puts an event into the outbox. */
export type Emit = (type: string, data?: JsonValue) => void;

const wordPattern = /^[\w-]{1,30}$/;
const typePattern = /^[\w-]+(\.[\w-]+)*$/;

/**
 * Checks that a choreography holds together: each event that somebody waits for is emitted, and each that is emitted has
 * somebody who reacts to it, or ends the saga.
 *
 * @throws HoldfastError INVALID_ARGUMENT.
 */
export function choreography(definition: Choreography): Choreography {
  const { name, services, begins, ends } = definition;
  checkWord('name', name);
  const emitted = new Set(begins);
  const heard = new Set(Object.keys(ends));
  for (const [index, service] of services.entries()) {
    const field = `services[${index}]`;
    checkWord(`${field}.name`, service.name);
    if (services.findIndex((other) => other.name === service.name) !== index) {
      throw invalidArgument(`${field}.name`, service.name, 'unlike that of another service');
    }
    for (const [on, reaction] of Object.entries(service.reactions)) {
      checkReaction(`${field}.reactions.${on}`, reaction);
      for (const type of [...reaction.emits, ...(reaction.awaits ? [reaction.awaits.otherwise] : [])])
        emitted.add(type);
      for (const type of [on, ...(reaction.undoOn ?? []), ...(reaction.awaits?.anyOf ?? [])]) heard.add(type);
    }
  }
  for (const type of [...emitted, ...heard]) {
    if (!typePattern.test(type))
      throw invalidArgument('event', type, 'words of letters, digits, - and _, joined by dots');
    if (!emitted.has(type))
      throw invalidArgument('event', type, 'one that begins the saga or that a reaction emits');
    if (!heard.has(type))
      throw invalidArgument('event', type, 'one that a service reacts to or that ends the saga');
  }
  return definition;
}

function checkReaction(field: string, { undoOn, undo, awaits }: Reaction<never>): void {
  if ((undoOn === undefined) !== (undo === undefined)) {
    throw invalidArgument(`${field}.undo`, undo, 'given with undoOn, the events that it is undone at');
  }
  if (awaits === undefined) return;
  toPositiveMicros(awaits.within, `${field}.awaits.within`);
  if (awaits.anyOf.length === 0)
    throw invalidArgument(`${field}.awaits.anyOf`, awaits.anyOf, 'at least one event');
}

function checkWord(field: string, word: string): void {
  if (!wordPattern.test(word)) throw invalidArgument(field, word, '1 to 30 letters, digits, - and _');
}
