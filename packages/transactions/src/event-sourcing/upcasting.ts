import { invalidArgument, type JsonValue } from '@holdfast/core';
import { transactionErrors } from '../errors.ts';
import type {
  EventMetadata,
  EventPage,
  EventStore,
  NewEvent,
  StoredEvent,
  SubscribeOptions,
} from './event-store.ts';

/** Takes the data of an event from one schema version to the next. */
// biome-ignore lint/suspicious/noExplicitAny: each knows the form that it takes, which is none of today's types.
export type Upcaster = (data: any, metadata: EventMetadata) => JsonValue;

/** How the events of old are read today. */
export interface Upcasting {
  /**
   * By type: the steps from schema version 1 to 2, from 2 to 3, and so on. Today's version is one more than there are
   * steps. Types that are not named are at version 1.
   */
  readonly steps?: Readonly<Record<string, readonly Upcaster[]>> | undefined;
  /** Types of old, and what they are called today. Their steps stand under today's name. */
  readonly renamed?: Readonly<Record<string, string>> | undefined;
}

/**
 * `store` with its events as they are written today: what is read has been taken through all steps from the version that
 * it was written in, and what is appended is marked with today's. Stored events never change.
 *
 *     const orders = upcasting(store, { steps: { placed: [(data) => ({ ...data, currency: 'EUR' })] } });
 *
 * Reads fail with EVENT_UPCASTER_MISSING when an event is of a later version than this program knows.
 *
 * @throws HoldfastError INVALID_ARGUMENT when a new name is itself renamed.
 */
export function upcasting(store: EventStore, { steps = {}, renamed = {} }: Upcasting): EventStore {
  for (const [from, to] of Object.entries(renamed)) {
    if (Object.hasOwn(renamed, to)) {
      throw invalidArgument(`renamed.${from}`, to, "today's name, which is not renamed in its turn");
    }
  }
  const stepsOf = (type: string): readonly Upcaster[] => (Object.hasOwn(steps, type) ? steps[type]! : []);

  const read = (event: StoredEvent): StoredEvent => {
    const type = Object.hasOwn(renamed, event.type) ? renamed[event.type]! : event.type;
    const chain = stepsOf(type);
    const today = chain.length + 1;
    if (event.schemaVersion > today) throw missing(event, today);
    if (event.schemaVersion === today && type === event.type) return event;
    let { data } = event;
    for (const step of chain.slice(event.schemaVersion - 1)) data = step(data, event.metadata);
    return { ...event, type, schemaVersion: today, data };
  };
  const write = (event: NewEvent): NewEvent => ({
    ...event,
    schemaVersion: event.schemaVersion ?? stepsOf(event.type).length + 1,
  });
  const page = (found: EventPage): EventPage => ({ ...found, events: found.events.map(read) });

  return {
    append: async (stream, expected, events, options) =>
      store.append(stream, expected, Array.isArray(events) ? events.map(write) : events, options),
    read: async (stream, options) => {
      const found = await store.read(stream, options);
      return { ...found, events: found.events.map(read) };
    },
    readAll: async (options) => page(await store.readAll(options)),
    subscribe: (options?: SubscribeOptions) => pages(store.subscribe(options), page),
    close: () => store.close(),
  };
}

/** `source`, with each of its pages as `change` has it. */
function pages(
  source: AsyncIterableIterator<EventPage>,
  change: (page: EventPage) => EventPage,
): AsyncIterableIterator<EventPage> {
  return {
    async next() {
      const result = await source.next();
      if (result.done === true) return result;
      try {
        return { done: false, value: change(result.value) };
      } catch (error) {
        await source.return?.();
        throw error;
      }
    },
    return: async () => source.return?.() ?? { done: true, value: undefined },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

function missing({ type, schemaVersion, stream, version }: StoredEvent, today: number): Error {
  return transactionErrors.create('EVENT_UPCASTER_MISSING', {
    message: `event ${version} of ${stream} is ${type} in schema version ${schemaVersion}, but this program knows ${today}: a later release wrote it, so run that one`,
    context: { stream, version, type, schemaVersion, today },
  });
}
