import { invalidArgument, newId, type Unsubscribe, type World } from '@holdfast/core';
import { checkClaim, checkOutgoing, checkParked } from '../outbox/check-message.ts';
import type { Message, MessageHeaders, ParkedOptions, ParkedPage } from '../outbox/message.ts';
import type {
  ClaimOptions,
  Outbox,
  OutboxBacklog,
  OutboxClaim,
  OutboxOutcome,
  OutgoingMessage,
} from '../outbox/outbox.ts';
import type { Transactor } from '../outbox/transactor.ts';
import type { EmbeddedTransaction } from './embedded-transaction.ts';

const table = 'hf.outbox';

/** A message as a row under its id. Those of a table come in the order in which they were enqueued. */
interface OutboxRow {
  readonly topic: string;
  readonly key: string | null;
  readonly headers: MessageHeaders;
  /** Base64. */
  readonly body: string;
  readonly enqueuedAt: number;
  readonly notBefore: number;
  readonly attempts: number;
  readonly parked: { readonly reason: string; readonly at: number } | null;
}

/** Who has a message now, or that it has to wait. Not kept through a crash: then nobody has it. */
interface Hold {
  readonly token: string | undefined;
  /** Monotonic microseconds. */
  readonly until: number;
}

/** Messages as rows of the database; claims and delays in memory. */
export class EmbeddedOutbox implements Outbox<EmbeddedTransaction> {
  readonly #transactor: Transactor<EmbeddedTransaction>;
  readonly #world: World;
  readonly #holds = new Map<string, Hold>();
  readonly #listeners = new Set<() => void>();
  readonly #tell = (): void => {
    for (const listener of this.#listeners) listener();
  };

  constructor(transactor: Transactor<EmbeddedTransaction>, world: World) {
    this.#transactor = transactor;
    this.#world = world;
  }

  async enqueue(transaction: EmbeddedTransaction, messages: readonly OutgoingMessage[]): Promise<void> {
    for (const [index, message] of messages.entries()) {
      checkOutgoing(message, `messages[${index}]`);
      const { id, topic, key = null, headers = {}, body, notBefore = 0 } = message;
      if (transaction.get(table, id) !== undefined) {
        throw invalidArgument(
          `messages[${index}].id`,
          id,
          'unlike that of a message that the outbox still has',
        );
      }
      const enqueuedAt = this.#world.clock.wall();
      const row: OutboxRow = {
        topic,
        key,
        headers,
        body: toBase64(body),
        enqueuedAt,
        notBefore,
        attempts: 0,
        parked: null,
      };
      write(transaction, id, row);
    }
    if (messages.length > 0) transaction.afterCommit(this.#tell);
  }

  async claim(options: ClaimOptions): Promise<OutboxClaim> {
    const lease = checkClaim(options);
    const token = newId(this.#world);
    const taken: string[] = [];
    try {
      return await this.#transactor.transact(async (transaction) => {
        const now = this.#world.clock.now();
        const wall = this.#world.clock.wall();
        const messages: { message: Message; attempts: number }[] = [];
        const blocked = new Set<string>();
        let again = Number.POSITIVE_INFINITY;
        for (const [id, row] of rows(transaction)) {
          if (messages.length === options.limit) break;
          if (row.key !== null && blocked.has(row.key)) continue;
          const early = (row.notBefore - wall) * 1_000;
          const held = (this.#holds.get(id)?.until ?? 0) - now;
          const wait = Math.max(early, held);
          if (row.parked !== null || wait > 0) {
            if (row.key !== null) blocked.add(row.key);
            if (row.parked === null) again = Math.min(again, wait);
            continue;
          }
          const attempts = row.attempts + 1;
          write(transaction, id, { ...row, attempts });
          this.#holds.set(id, { token, until: now + lease });
          taken.push(id);
          messages.push({ message: toMessage(id, row), attempts });
          again = Math.min(again, lease);
        }
        return { token, messages, again: Number.isFinite(again) ? Math.ceil(again / 1_000) : undefined };
      }, options.signal);
    } catch (error) {
      for (const id of taken) this.#holds.delete(id);
      throw error;
    }
  }

  async settle(claim: OutboxClaim, outcomes: readonly OutboxOutcome[], signal?: AbortSignal): Promise<void> {
    const settled = await this.#transactor.transact(async (transaction) => {
      const ours = outcomes.filter(({ id }) => this.#holds.get(id)?.token === claim.token);
      for (const outcome of ours) {
        if (outcome.kind === 'published') transaction.delete(table, outcome.id);
        const row = transaction.get(table, outcome.id) as unknown as OutboxRow;
        if (outcome.kind === 'released')
          write(transaction, outcome.id, { ...row, attempts: row.attempts - 1 });
        if (outcome.kind !== 'parked') continue;
        const { reason } = outcome;
        write(transaction, outcome.id, { ...row, parked: { reason, at: this.#world.clock.wall() } });
      }
      return ours;
    }, signal);
    const now = this.#world.clock.now();
    for (const outcome of settled) {
      if (outcome.kind === 'retry') {
        this.#holds.set(outcome.id, { token: undefined, until: now + outcome.delay * 1_000 });
      } else {
        this.#holds.delete(outcome.id);
      }
    }
  }

  onEnqueued(listener: () => void): Unsubscribe {
    const own = (): void => listener();
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  async parked(options: ParkedOptions = {}): Promise<ParkedPage> {
    checkParked(options);
    const { after, limit = 100, signal } = options;
    return this.#transactor.transact(async (transaction) => {
      const all = [...rows(transaction)].flatMap(([id, row]) =>
        row.parked === null ? [] : [{ id, ...row, ...row.parked }],
      );
      // The sort is stable: those parked in one millisecond come in the order of the outbox.
      all.sort((one, other) => one.at - other.at);
      const begin = after === undefined ? 0 : all.findIndex(({ id }) => id === after) + 1;
      const page = all.slice(begin, begin + limit);
      return {
        parked: page.map(({ id, attempts, reason, at, ...row }) => ({
          message: toMessage(id, row),
          attempts,
          reason,
          parkedAt: at,
        })),
        next: begin + limit < all.length ? page.at(-1)!.id : undefined,
      };
    }, signal);
  }

  retry(id: string, signal?: AbortSignal): Promise<boolean> {
    return this.#transactor.transact(async (transaction) => {
      const row = transaction.get(table, id) as unknown as OutboxRow | undefined;
      if (row === undefined || row.parked === null) return false;
      write(transaction, id, { ...row, parked: null });
      transaction.afterCommit(this.#tell);
      return true;
    }, signal);
  }

  discard(id: string, signal?: AbortSignal): Promise<boolean> {
    return this.#transactor.transact(async (transaction) => {
      const row = transaction.get(table, id) as unknown as OutboxRow | undefined;
      if (row === undefined || row.parked === null) return false;
      transaction.delete(table, id);
      transaction.afterCommit(this.#tell);
      return true;
    }, signal);
  }

  backlog(signal?: AbortSignal): Promise<OutboxBacklog> {
    return this.#transactor.transact(async (transaction) => {
      let [waiting, parked] = [0, 0];
      let oldest = Number.POSITIVE_INFINITY;
      for (const [, row] of rows(transaction)) {
        if (row.parked !== null) {
          parked++;
          continue;
        }
        waiting++;
        oldest = Math.min(oldest, row.enqueuedAt);
      }
      const oldestAge = waiting === 0 ? undefined : Math.max(this.#world.clock.wall() - oldest, 0);
      return { waiting, parked, oldestAge };
    }, signal);
  }
}

function rows(transaction: EmbeddedTransaction): IterableIterator<readonly [string, OutboxRow]> {
  return transaction.rows(table) as IterableIterator<readonly [string, never]>;
}

function write(transaction: EmbeddedTransaction, id: string, row: OutboxRow): void {
  transaction.put(table, id, { ...row });
}

function toMessage(
  id: string,
  { topic, key, headers, body }: Pick<OutboxRow, 'topic' | 'key' | 'headers' | 'body'>,
): Message {
  return { id, topic, key: key ?? undefined, headers, body: fromBase64(body) };
}

function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
