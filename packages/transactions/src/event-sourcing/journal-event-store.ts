import {
  AbortableWait,
  asHoldfastError,
  type HoldfastError,
  invalidArgument,
  newId,
  platformWorld,
  throwIfAborted,
  type World,
} from '@holdfast/core';
import type { Journal } from '@holdfast/storage';
import { transactionErrors } from '../errors.ts';
import { unlessAborted } from '../unless-aborted.ts';
import { CatchUp, type PageSource } from './catch-up.ts';
import { checkAppend, checkRead, checkReadAll } from './check-events.ts';
import { eventStoreClosed } from './event-errors.ts';
import { EventLog } from './event-log.ts';
import { readAppend, writeAppend } from './event-record.ts';
import type {
  AppendResult,
  EventCallOptions,
  EventPage,
  EventStore,
  ExpectedVersion,
  NewEvent,
  ReadAllOptions,
  ReadStreamOptions,
  StreamPage,
  SubscribeOptions,
} from './event-store.ts';

export interface EventStoreOptions {
  /** Which the store has for itself, and closes: in memory, or a file journal. */
  readonly journal: Journal;
  /** Default the platform's. */
  readonly world?: World | undefined;
  /** Bytes of records that it keeps; more are refused with EVENT_STORE_FULL. Default 1 GiB. */
  readonly bytesMax?: number | undefined;
}

/**
 * Opens the event store in a journal: one record for each append, and appends that wait together share a flush. All events
 * are held in memory as well: opening reads them all, and reading needs no disk.
 *
 * @throws HoldfastError INVALID_ARGUMENT; EVENT_STORE_FAILED, its cause what the journal says.
 */
export async function openEventStore({
  journal,
  world = platformWorld(),
  bytesMax = 2 ** 30,
}: EventStoreOptions): Promise<EventStore> {
  if (!(Number.isSafeInteger(bytesMax) && bytesMax > 0)) {
    throw invalidArgument('bytesMax', bytesMax, 'a whole number of bytes from 1');
  }
  const log = new EventLog();
  let bytes = 0;
  try {
    for await (const record of journal.read(0)) {
      bytes += record.bytes.length;
      log.add(readAppend(record.bytes, record.position));
    }
  } catch (error) {
    throw failed(error);
  }
  log.durable = log.last;
  return new JournalEventStore(journal, world, log, bytes, bytesMax);
}

/** An append that is not durable yet. */
interface Pending {
  readonly lastPosition: number;
  readonly durable: Promise<void>;
}

class JournalEventStore implements EventStore {
  readonly #journal: Journal;
  readonly #world: World;
  readonly #log: EventLog;
  readonly #bytesMax: number;
  readonly #pending: Pending[] = [];
  readonly #subscriptions = new Set<CatchUp>();
  readonly #waits = new Set<AbortableWait>();
  #bytes: number;
  /** Of the journal's next record, if all that was appended is taken. */
  #nextRecord: number;
  /** How often appends were taken back: those made before are not in the log any more. */
  #generation = 0;
  #changes = 0;
  #ended: HoldfastError | undefined;

  constructor(journal: Journal, world: World, log: EventLog, bytes: number, bytesMax: number) {
    this.#journal = journal;
    this.#world = world;
    this.#log = log;
    this.#bytes = bytes;
    this.#nextRecord = journal.nextPosition;
    this.#bytesMax = bytesMax;
  }

  async append(
    stream: string,
    expected: ExpectedVersion,
    events: readonly NewEvent[],
    { signal }: EventCallOptions = {},
  ): Promise<AppendResult> {
    checkAppend(stream, expected, events, signal);
    this.#checkOpen();
    const known = this.#log.judge(stream, expected, events);
    if (known !== undefined) {
      await unlessAborted(this.#untilDurable(known.position), 'append', signal);
      return { version: known.version, position: known.position, duplicate: true };
    }
    const named = events.map((event) => ({ ...event, id: event.id ?? newId(this.#world) }));
    const record = writeAppend(stream, this.#world.clock.wall(), named);
    if (this.#bytes + record.length > this.#bytesMax) throw full(`${this.#bytesMax} bytes are in use`);
    const before = this.#log.last;
    // Read back from the record, so that the caller's objects stay the caller's.
    const { version, position } = this.#log.add(readAppend(record, this.#nextRecord));
    const durable = this.#write(record, before, position);
    durable.catch(() => {});
    this.#pending.push({ lastPosition: position, durable });
    await unlessAborted(durable, 'append', signal);
    return { version, position, duplicate: false };
  }

  async read(stream: string, options: ReadStreamOptions = {}): Promise<StreamPage> {
    checkRead(stream, options);
    this.#checkOpen();
    const { direction, from, limit = 1_000 } = options;
    return this.#log.read(stream, direction === 'backwards', from, limit);
  }

  async readAll(options: ReadAllOptions = {}): Promise<EventPage> {
    checkReadAll(options);
    throwIfAborted(options.signal, 'readAll');
    this.#checkOpen();
    const { after = 0, prefix = '', limit = 1_000 } = options;
    return this.#log.readAll(after, prefix, limit);
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
      read: async (position) => this.#log.readAll(position, prefix, limit),
      changed: (seen, left) => this.#changed(seen, left),
      left: () => this.#subscriptions.delete(subscription),
    };
    const subscription = new CatchUp(source, after, signal);
    this.#subscriptions.add(subscription);
    return subscription.open();
  }

  async close(): Promise<void> {
    this.#end(eventStoreClosed());
    await this.#journal.close();
  }

  async #write(record: Uint8Array, before: number, lastPosition: number): Promise<void> {
    const generation = this.#generation;
    const recordPosition = this.#nextRecord++;
    this.#bytes += record.length;
    try {
      await this.#journal.append([record], recordPosition);
    } catch (error) {
      this.#bytes -= record.length;
      if (generation === this.#generation) this.#takeBack(recordPosition, before);
      throw this.#refusal(asHoldfastError(error));
    }
    // What is before it is durable as well, whether or not its own append has heard of that yet.
    if (lastPosition <= this.#log.durable) return;
    this.#log.durable = lastPosition;
    while (this.#pending.length > 0 && this.#pending[0]!.lastPosition <= lastPosition) this.#pending.shift();
    this.#wake();
  }

  /** The journal has refused an append: neither that nor those after it have happened. */
  #takeBack(recordPosition: number, before: number): void {
    this.#generation++;
    this.#nextRecord = recordPosition;
    this.#log.truncate(before);
    const refused = this.#pending.findIndex(({ lastPosition }) => lastPosition > before);
    if (refused !== -1) this.#pending.length = refused;
  }

  #refusal(cause: HoldfastError): HoldfastError {
    if (this.#ended !== undefined) return this.#ended;
    if (cause.code === 'JOURNAL_FULL' || cause.code === 'JOURNAL_BUSY' || cause.code === 'JOURNAL_MOVED') {
      return full(cause.message, cause);
    }
    const error = failed(cause);
    this.#end(error);
    return error;
  }

  async #untilDurable(position: number): Promise<void> {
    if (position <= this.#log.durable) return;
    await this.#pending.find(({ lastPosition }) => lastPosition >= position)!.durable;
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

  #end(error: HoldfastError): void {
    this.#ended ??= error;
    for (const subscription of this.#subscriptions) subscription.fail(this.#ended);
  }

  #checkOpen(): void {
    if (this.#ended !== undefined) throw this.#ended;
  }
}

function full(why: string, cause?: unknown): HoldfastError {
  return transactionErrors.create('EVENT_STORE_FULL', {
    message: `the event store takes no more for now: ${why}`,
    cause,
  });
}

function failed(cause: unknown): HoldfastError {
  return transactionErrors.create('EVENT_STORE_FAILED', {
    message: `the event store's journal has failed: ${asHoldfastError(cause).message}`,
    cause,
  });
}
