import { invalidArgument, newId, type Unsubscribe } from '@holdfast/core';
import type {
  ClaimOptions,
  Message,
  Outbox,
  OutboxBacklog,
  OutboxClaim,
  OutboxOutcome,
  OutgoingMessage,
  ParkedOptions,
  ParkedPage,
} from '@holdfast/transactions';
import { checkClaim, checkOutgoing, checkParked } from '@holdfast/transactions/engine';
import { Announcements } from '../connection/announcements.ts';
import { ask, type Server } from '../connection/ask.ts';
import { checkText } from '../connection/check-text.ts';
import { plainBytes } from '../connection/plain-bytes.ts';
import type { PostgresConnection } from '../connection/postgres-pool.ts';
import { databaseClosed, databaseFailure } from './database-failure.ts';

/** Microseconds between questions whether the connection that listens still stands. */
const keepAlive = 5_000_000;

/** Messages as rows, from the transaction that enqueues them until they are published. */
export class PostgresOutbox<Transaction extends PostgresConnection> implements Outbox<Transaction> {
  readonly #server: Server;
  readonly #schema: string;
  readonly #announcements: Announcements;
  readonly #listeners = new Set<() => void>();
  #closed = false;

  constructor(server: Server, schema: string, channel: string) {
    this.#server = server;
    this.#schema = schema;
    const tell = (): void => {
      for (const listener of this.#listeners) listener();
    };
    const { answerTimeout } = server;
    this.#announcements = new Announcements(server.pool, {
      channel,
      answerTimeout,
      keepAlive,
      heard: tell,
      gap: tell,
    });
  }

  async enqueue(transaction: Transaction, messages: readonly OutgoingMessage[]): Promise<void> {
    for (const [index, message] of messages.entries()) {
      const field = `messages[${index}]`;
      checkOutgoing(message, field);
      checkText(`${field}.id`, message.id);
      if (message.key !== undefined) checkText(`${field}.key`, message.key);
    }
    if (messages.length === 0) return;
    const { rows } = await transaction.query({
      text: `SELECT id FROM ${this.#schema}.enqueue_messages($1, $2, $3, $4, $5, $6) AS id`,
      values: [
        messages.map(({ id }) => id),
        messages.map(({ topic }) => topic),
        messages.map(({ key }) => key ?? null),
        messages.map(({ headers }) => JSON.stringify(headers ?? {})),
        messages.map(({ body }) => Buffer.from(body)),
        messages.map(({ notBefore }) => notBefore ?? null),
      ],
    });
    if (rows.length === messages.length) return;
    // Of an id that comes twice, the second was refused.
    const taken = new Set(rows.map(({ id }) => id));
    const index = messages.findIndex(({ id }) => !taken.delete(id));
    const expected = 'unlike that of a message that the outbox still has';
    throw invalidArgument(`messages[${index}].id`, messages[index]?.id, expected);
  }

  async claim(options: ClaimOptions): Promise<OutboxClaim> {
    const lease = checkClaim(options);
    const token = newId();
    const rows = await this.#ask(
      'SELECT *, number::float8 AS place FROM $schema.claim_messages($1, $2, $3)',
      [token, options.limit, lease],
      options.signal,
    );
    const [{ again }] = await this.#ask('SELECT $schema.next_message() AS again', [], options.signal);
    const messages = rows
      .sort((one, other) => one.place - other.place)
      .map((row) => ({ message: messageOf(row), attempts: row.attempts }));
    return { token, messages, again: again ?? undefined };
  }

  async settle(
    { token }: OutboxClaim,
    outcomes: readonly OutboxOutcome[],
    signal?: AbortSignal,
  ): Promise<void> {
    await this.#ask(
      'SELECT $schema.settle_messages($1, $2, $3, $4, $5)',
      [
        token,
        outcomes.map(({ id }) => id),
        outcomes.map(({ kind }) => kind),
        outcomes.map((outcome) => (outcome.kind === 'retry' ? outcome.delay : 0)),
        outcomes.map((outcome) => ('reason' in outcome ? outcome.reason.replaceAll('\0', '') : null)),
      ],
      signal,
    );
  }

  onEnqueued(listener: () => void): Unsubscribe {
    const own = (): void => listener();
    this.#listeners.add(own);
    // Where it cannot listen, relays look anyway; the next listener tries again.
    if (!this.#closed) this.#announcements.open().catch(() => {});
    return () => this.#listeners.delete(own);
  }

  async parked(options: ParkedOptions = {}): Promise<ParkedPage> {
    checkParked(options);
    const { after, limit = 100, signal } = options;
    const place = Number(after ?? 0);
    if (!Number.isSafeInteger(place)) throw invalidArgument('after', after, "the 'next' of the page before");
    const rows = await this.#ask(
      `SELECT *, parked::float8 AS place, (extract(epoch FROM parked_at) * 1000)::float8 AS parked_millis
        FROM $schema.outbox WHERE parked > $1 ORDER BY parked LIMIT $2`,
      [place, limit + 1],
      signal,
    );
    const page = rows.slice(0, limit);
    return {
      parked: page.map((row) => ({
        message: messageOf(row),
        attempts: row.attempts,
        reason: row.reason,
        parkedAt: row.parked_millis,
      })),
      next: rows.length > limit ? String(page.at(-1).place) : undefined,
    };
  }

  retry(id: string, signal?: AbortSignal): Promise<boolean> {
    return this.#unpark(id, false, signal);
  }

  discard(id: string, signal?: AbortSignal): Promise<boolean> {
    return this.#unpark(id, true, signal);
  }

  async backlog(signal?: AbortSignal): Promise<OutboxBacklog> {
    const [row] = await this.#ask(
      `SELECT count(*) FILTER (WHERE parked IS NULL)::int AS waiting, count(parked)::int AS parked,
          (extract(epoch FROM clock_timestamp() - min(enqueued_at) FILTER (WHERE parked IS NULL)) * 1000)::float8 AS age
        FROM $schema.outbox`,
      [],
      signal,
    );
    return { waiting: row.waiting, parked: row.parked, oldestAge: row.age ?? undefined };
  }

  close(): void {
    this.#closed = true;
    this.#listeners.clear();
    this.#announcements.close();
  }

  async #unpark(id: string, discards: boolean, signal: AbortSignal | undefined): Promise<boolean> {
    const [row] = await this.#ask('SELECT $schema.unpark_message($1, $2) AS done', [id, discards], signal);
    return row.done;
  }

  // biome-ignore lint/suspicious/noExplicitAny: a row has what its statement selects.
  async #ask(text: string, values: unknown[], signal: AbortSignal | undefined): Promise<any[]> {
    if (this.#closed) throw databaseClosed();
    try {
      const statement = { text: text.replaceAll('$schema', () => this.#schema), values };
      return (await ask(this.#server, statement, signal)).rows;
    } catch (error) {
      throw databaseFailure(error);
    }
  }
}

// biome-ignore lint/suspicious/noExplicitAny: a row of the outbox.
function messageOf({ id, topic, key, headers, body }: any): Message {
  return { id, topic, key: key ?? undefined, headers: JSON.parse(headers), body: plainBytes(body) };
}
