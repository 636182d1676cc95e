import { invalidArgument, type JsonValue } from '@holdfast/core';
import { canonicalText } from '../canonical-text.ts';
import type { Operation } from '../history/operation.ts';
import type { KeyValueInput, KeyValueOutput } from '../models/key-value.ts';

export type KeyValueOperation = Operation<KeyValueInput, KeyValueOutput>;

/** An operation in its place among those of its client. */
export interface Event {
  readonly operation: KeyValueOperation;
  readonly key: string;
  /** Undefined when it read nothing. */
  readonly read: string | undefined;
  /** Undefined when it wrote nothing. */
  readonly written: string | undefined;
  /**
   * Whose operation it is: a number for each client. A write with an unknown outcome has one of its own, since it may
   * take effect after later operations of its client.
   */
  readonly session: number;
  /** Its place in the session, from 0. */
  readonly place: number;
  /** The operation of the same client before it. */
  readonly previous: Event | undefined;
  /** The write that it read; undefined when it read the initial value or none. */
  writer: Event | undefined;
}

/** Operations as sessions, with what each read traced to who wrote it. */
export interface Sessions {
  /** In the order of the calls. */
  readonly events: readonly Event[];
  readonly count: number;
  /** Keys on which a read of null may be of a key that was deleted. */
  readonly deleted: ReadonlySet<string>;
  /** Reads of values that nobody wrote, or whose write failed. */
  readonly unwritten: readonly Event[];
}

export const absent: string = canonicalText(null);

/** Lays out a history by clients. @throws INVALID_ARGUMENT when a value was written to a key twice. */
export function sessions(operations: readonly KeyValueOperation[]): Sessions {
  const numbers = new Map<string, number>();
  const last = new Map<string, Event>();
  const events: Event[] = [];
  const writers = new Map<string, Event>();
  const deleted = new Set<string>();
  let count = 0;
  for (const operation of operations) {
    const { client, outcome, input } = operation;
    const read = readValue(operation);
    const written = writtenValue(operation);
    if (outcome === 'failed') continue;
    if (written === absent) deleted.add(input.key);
    if (outcome === 'unknown' && (written === undefined || written === absent)) continue;
    const isKnown = outcome === 'ok';
    const previous = last.get(client);
    let session = isKnown ? numbers.get(client) : undefined;
    if (session === undefined) {
      session = count++;
      if (isKnown) numbers.set(client, session);
    }
    const place = isKnown && previous?.session === session ? previous.place + 1 : 0;
    const event = { operation, key: input.key, read, written, session, place, previous, writer: undefined };
    if (isKnown) last.set(client, event);
    events.push(event);
    if (written === undefined || written === absent) continue;
    const name = `${canonicalText(input.key)} ${written}`;
    if (writers.has(name)) throw invalidArgument('value', written, `written to ${input.key} only once`);
    writers.set(name, event);
  }
  const unwritten: Event[] = [];
  for (const event of events) {
    if (event.read === undefined || event.read === absent) continue;
    event.writer = writers.get(`${canonicalText(event.key)} ${event.read}`);
    if (event.writer === undefined) unwritten.push(event);
  }
  return { events, count, deleted, unwritten };
}

function readValue({ input, outcome, output }: KeyValueOperation): string | undefined {
  if (outcome !== 'ok' || output === undefined) return undefined;
  if (input.kind === 'get') return canonicalText(output);
  return input.kind === 'cas' && output === true ? canonicalText(input.expected) : undefined;
}

function writtenValue({ input, outcome, output }: KeyValueOperation): string | undefined {
  const written = (value: JsonValue): string => canonicalText(value);
  switch (input.kind) {
    case 'get':
      return undefined;
    case 'delete':
      return absent;
    case 'put':
      return written(input.value);
    case 'cas':
      return outcome === 'ok' && output === false ? undefined : written(input.value);
  }
}
