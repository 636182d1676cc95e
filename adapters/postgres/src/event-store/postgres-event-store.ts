import {
  AbortableWait,
  type Duration,
  type HoldfastError,
  newId,
  sleep,
  throwIfAborted,
  toPositiveMicros,
} from '@holdfast/core';
import type {
  AppendResult,
  EventCallOptions,
  EventPage,
  EventStore,
  ExpectedVersion,
  NewEvent,
  ReadAllOptions,
  ReadStreamOptions,
  StoredEvent,
  StreamPage,
  SubscribeOptions,
} from '@holdfast/transactions';
import {
  CatchUp,
  checkAppend,
  checkRead,
  checkReadAll,
  eventStoreClosed,
  type PageSource,
} from '@holdfast/transactions/engine';
import { Announcements } from '../connection/announcements.ts';
import { ask, type Server } from '../connection/ask.ts';
import { checkPool } from '../connection/check-pool.ts';
import { checkText } from '../connection/check-text.ts';
import type { PostgresPool } from '../connection/postgres-pool.ts';
import { prepareSchema, quotedSchema } from '../connection/schema.ts';
import { EventAppender } from './event-appender.ts';
import { eventStoreFailure } from './event-failure.ts';
import { eventChannel, eventTables } from './event-tables.ts';

export interface PostgresEventStoreOptions {
  /** A `Pool` of `pg`. The store keeps one of its connections to append, and one while there are subscriptions. */
  readonly pool: PostgresPool;
  /** Where the table is. Made when it is not there. Default `holdfast`. */
  readonly schema?: string | undefined;
  /** How long a connection of the pool is waited for, and an answer. Default '5s'. */
  readonly answerTimeout?: Duration | undefined;
}

/**
 * Opens an event store in PostgreSQL (13 or newer), for any number of processes. Appends commit one after another, many of
 * one process together: that gives events one order in which no reader sees a gap.
 *
 * @throws HoldfastError INVALID_ARGUMENT; EVENT_STORE_UNAVAILABLE, EVENT_STORE_FULL, EVENT_STORE_FAILED.
 */
export async function openPostgresEventStore(options: PostgresEventStoreOptions): Promise<EventStore> {
  const { pool, schema = 'holdfast', answerTimeout = '5s' } = options;
  checkPool(pool);
  const server = { pool, answerTimeout: toPositiveMicros(answerTimeout, 'answerTimeout') };
  quotedSchema(schema);
  try {
    await prepareSchema(server, schema, eventTables);
  } catch (error) {
    throw eventStoreFailure(error);
  }
  return new PostgresEventStore(server, schema);
}

/** Microseconds between questions whether the connection that listens still stands. */
const keepAlive = 5_000_000;
/** Between attempts of a subscription to read what it could not. */
const pauseMillis = 200;

const columns = `position::float8, stream, version::float8, id, type, schema_version::float8, data, metadata,
  recorded_at::float8`;

class PostgresEventStore implements EventStore {
  readonly #server: Server;
  readonly #schema: string;
  readonly #appender: EventAppender;
  readonly #announcements: Announcements;
  readonly #subscriptions = new Set<CatchUp>();
  /** Of subscriptions, for changes. */
  readonly #waits = new Set<AbortableWait>();
  /** Of calls, for answers. */
  readonly #asking = new Set<AbortableWait<unknown[]>>();
  #changes = 0;
  #ended: HoldfastError | undefined;

  constructor(server: Server, schema: string) {
    this.#server = server;
    this.#schema = quotedSchema(schema);
    this.#appender = new EventAppender(server, this.#schema);
    const wake = (): void => this.#wake();
    const { pool, answerTimeout } = server;
    this.#announcements = new Announcements(pool, {
      channel: eventChannel(schema),
      ...{ answerTimeout, keepAlive },
      ...{ heard: wake, gap: wake },
    });
  }

  async append(
    stream: string,
    expected: ExpectedVersion,
    events: readonly NewEvent[],
    { signal }: EventCallOptions = {},
  ): Promise<AppendResult> {
    checkAppend(stream, expected, events, signal);
    checkText('stream', stream);
    const pending = events.map(({ id = newId(), type, schemaVersion = 1, data, metadata = {} }, index) => {
      checkText(`events[${index}].id`, id);
      checkText(`events[${index}].type`, type);
      return { id, type, schemaVersion, data: JSON.stringify(data), metadata: JSON.stringify(metadata) };
    });
    this.#checkOpen();
    const wait = new AbortableWait<AppendResult>('append', signal);
    this.#appender.add({
      ...{ stream, expected, events: pending },
      done: (result) => wait.resolve(result),
      failed: (error) => wait.reject(error),
    });
    return wait.promise;
  }

  async read(stream: string, options: ReadStreamOptions = {}): Promise<StreamPage> {
    checkRead(stream, options);
    const { direction, from, limit = 1_000, signal } = options;
    const backwards = direction === 'backwards';
    const rows = await this.#ask(
      `SELECT latest.version AS latest, event.* FROM (
          SELECT coalesce(max(version), 0)::float8 AS version FROM ${this.#schema}.events WHERE stream = $1
        ) AS latest LEFT JOIN LATERAL (
          SELECT ${columns} FROM ${this.#schema}.events
          WHERE stream = $1 AND version ${backwards ? '<=' : '>='} $2
          ORDER BY version ${backwards ? 'DESC' : 'ASC'} LIMIT $3
        ) AS event ON true`,
      [stream, from ?? (backwards ? Number.MAX_SAFE_INTEGER : 1), limit + 1],
      signal,
    );
    const events = eventsOf(rows);
    return { events: events.slice(0, limit), version: rows[0].latest, more: events.length > limit };
  }

  async readAll(options: ReadAllOptions = {}): Promise<EventPage> {
    checkReadAll(options);
    const { after = 0, prefix = '', limit = 1_000, signal } = options;
    return this.#readAll(after, prefix, limit, signal);
  }

  subscribe(options: SubscribeOptions = {}): AsyncIterableIterator<EventPage> {
    checkReadAll(options);
    this.#checkOpen();
    const { after = 0, prefix = '', limit = 100, signal } = options;
    const store = this;
    const source: PageSource = {
      get changes() {
        return store.#changes;
      },
      read: (position, left) => this.#readPatiently(position, prefix, limit, left),
      changed: (seen, left) => this.#changed(seen, left),
      left: () => this.#subscriptions.delete(subscription),
    };
    const subscription = new CatchUp(source, after, signal);
    this.#subscriptions.add(subscription);
    return subscription.open();
  }

  async close(): Promise<void> {
    const error = eventStoreClosed();
    this.#ended ??= error;
    this.#appender.end(error);
    for (const wait of this.#asking) wait.reject(error);
    for (const subscription of this.#subscriptions) subscription.fail(error);
    this.#announcements.close();
  }

  async #readAll(
    after: number,
    prefix: string,
    limit: number,
    signal: AbortSignal | undefined,
  ): Promise<EventPage> {
    const rows = await this.#ask(
      `SELECT latest.position AS latest, event.* FROM (
          SELECT coalesce(max(position), 0)::float8 AS position FROM ${this.#schema}.events
        ) AS latest LEFT JOIN LATERAL (
          SELECT ${columns} FROM ${this.#schema}.events
          WHERE position > $1 AND starts_with(stream, $2) ORDER BY position LIMIT $3
        ) AS event ON true`,
      [after, prefix, limit + 1],
      signal,
    );
    const found = eventsOf(rows);
    const events = found.slice(0, limit);
    const more = found.length > limit;
    return { events, position: more ? events.at(-1)!.position : Math.max(rows[0].latest, after), more };
  }

  /** A page, once the store can be asked, and with everything after it announced from here on. */
  async #readPatiently(
    after: number,
    prefix: string,
    limit: number,
    signal: AbortSignal,
  ): Promise<EventPage> {
    for (;;) {
      try {
        await this.#announcements.open();
        return await this.#readAll(after, prefix, limit, signal);
      } catch (error) {
        const failure = eventStoreFailure(error);
        if (signal.aborted || failure.code !== 'EVENT_STORE_UNAVAILABLE') throw failure;
      }
      await sleep(pauseMillis, { signal });
    }
  }

  async #changed(seen: number, signal: AbortSignal): Promise<void> {
    if (seen !== this.#changes) return;
    const wait = new AbortableWait('subscribe', signal);
    this.#waits.add(wait);
    try {
      await wait.promise;
    } finally {
      this.#waits.delete(wait);
    }
  }

  #wake(): void {
    this.#changes++;
    for (const wait of this.#waits) wait.resolve();
  }

  // biome-ignore lint/suspicious/noExplicitAny: a row has what its statement selects.
  async #ask(text: string, values: unknown[], signal: AbortSignal | undefined): Promise<any[]> {
    throwIfAborted(signal, 'event store');
    this.#checkOpen();
    const wait = new AbortableWait<unknown[]>('event store', signal);
    this.#asking.add(wait);
    ask(this.#server, { text, values }).then(
      ({ rows }) => wait.resolve(rows),
      (error) => wait.reject(eventStoreFailure(error)),
    );
    try {
      return await wait.promise;
    } finally {
      this.#asking.delete(wait);
    }
  }

  #checkOpen(): void {
    if (this.#ended !== undefined) throw this.#ended;
  }
}

// biome-ignore lint/suspicious/noExplicitAny: rows of `columns`, or one without an event.
function eventsOf(rows: readonly any[]): StoredEvent[] {
  return rows
    .filter(({ id }) => id !== null)
    .map((row) => ({
      id: row.id,
      stream: row.stream,
      version: row.version,
      position: row.position,
      type: row.type,
      schemaVersion: row.schema_version,
      data: JSON.parse(row.data),
      metadata: JSON.parse(row.metadata),
      recordedAt: row.recorded_at,
    }));
}
