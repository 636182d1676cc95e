import { invalidArgument, isHoldfastError, type JsonValue } from '@holdfast/core';
import { transactionErrors } from '../errors.ts';
import type { Decider, DomainEvent } from './decider.ts';
import type { EventMetadata, EventStore, StoredEvent } from './event-store.ts';
import type { Snapshot, Snapshots } from './snapshots.ts';

export interface AggregatesOptions<Command, Event extends DomainEvent, State> {
  readonly store: EventStore;
  /** Begins the names of their streams: `account` gives `account-17`. */
  readonly category: string;
  readonly decider: Decider<Command, Event, State>;
  readonly snapshots?: SnapshotOptions | undefined;
  /** How often a command is decided at most, if others append meanwhile. Default 10. */
  readonly attemptsMax?: number | undefined;
}

export interface SnapshotOptions {
  readonly in: Snapshots;
  /** Of the state's form: one more whenever `evolve` or the state change, so that former snapshots are not used. */
  readonly form: number;
  /** Events after which a new one is taken. Default 100. */
  readonly every?: number | undefined;
  /** Hears of snapshots that could not be kept: that fails no command. Default nobody does. */
  readonly onError?: ((error: unknown, stream: string) => void) | undefined;
}

export interface CommandOptions {
  /**
   * 1 to 180 characters. A command that was handled under this id is not handled again: its events are given back. Known as
   * far back as the stream is read, which is to the last snapshot; a command repeated later than that is decided anew, and
   * if that leads to events again, it gives EVENT_ID_CONFLICT or the former ones.
   */
  readonly id?: string | undefined;
  readonly metadata?: EventMetadata | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Aggregate<State> {
  readonly state: State;
  /** Of its stream; 0 when it has no events. */
  readonly version: number;
}

export interface Handled<Event, State> extends Aggregate<State> {
  /** What the command led to. */
  readonly events: readonly Event[];
  /** It had been handled before. */
  readonly duplicate: boolean;
}

/** Aggregates of one kind, each a stream of events. */
export interface Aggregates<Command, Event extends DomainEvent, State> {
  /** @throws HoldfastError EVENT_SNAPSHOT_AHEAD, and what the store throws. */
  load(id: string, signal?: AbortSignal): Promise<Aggregate<State>>;
  /**
   * Decides a command and appends its events, at the version that it was decided at. If others were faster, it is decided
   * anew.
   *
   * @throws what `decide` throws; HoldfastError EVENT_STREAM_CONFLICT when others were faster each time,
   * EVENT_SNAPSHOT_AHEAD, and what the store throws.
   */
  handle(id: string, command: Command, options?: CommandOptions): Promise<Handled<Event, State>>;
}

/** @throws HoldfastError INVALID_ARGUMENT. */
export function aggregates<Command, Event extends DomainEvent, State>(
  options: AggregatesOptions<Command, Event, State>,
): Aggregates<Command, Event, State> {
  const { category, snapshots, attemptsMax = 10 } = options;
  if (typeof category !== 'string' || category === '') {
    throw invalidArgument('category', category, 'a string of at least one character');
  }
  checkCount('attemptsMax', attemptsMax);
  if (snapshots !== undefined) {
    checkCount('snapshots.form', snapshots.form);
    checkCount('snapshots.every', snapshots.every ?? 1);
  }
  return new StoredAggregates(options, attemptsMax);
}

/** What has been read of one aggregate. */
interface Reading<State> extends Aggregate<State> {
  /** Where its snapshot stands; 0 when there is none. */
  readonly snapshotVersion: number;
  /** What the command that is asked about has led to before. */
  readonly handled: readonly StoredEvent[];
}

class StoredAggregates<Command, Event extends DomainEvent, State>
  implements Aggregates<Command, Event, State>
{
  readonly #options: AggregatesOptions<Command, Event, State>;
  readonly #attemptsMax: number;

  constructor(options: AggregatesOptions<Command, Event, State>, attemptsMax: number) {
    this.#options = options;
    this.#attemptsMax = attemptsMax;
  }

  async load(id: string, signal?: AbortSignal): Promise<Aggregate<State>> {
    const stream = `${this.#options.category}-${id}`;
    const { state, version } = await this.#read(stream, await this.#begin(stream, signal), undefined, signal);
    return { state, version };
  }

  async handle(
    id: string,
    command: Command,
    { id: commandId, metadata = {}, signal }: CommandOptions = {},
  ): Promise<Handled<Event, State>> {
    const { store, decider, category } = this.#options;
    if (commandId !== undefined && !(commandId.length >= 1 && commandId.length <= 180)) {
      throw invalidArgument('options.id', commandId, 'a string of 1 to 180 characters');
    }
    const stream = `${category}-${id}`;
    let reading = await this.#begin(stream, signal);
    for (let attempt = 1; ; attempt++) {
      reading = await this.#read(stream, reading, commandId, signal);
      const { state, version, handled } = reading;
      if (handled.length > 0) {
        return { state, version, events: handled as readonly DomainEvent[] as Event[], duplicate: true };
      }
      const events = decider.decide(command, state);
      if (events.length === 0) return { state, version, events, duplicate: false };
      const named = events.map(({ type, data }, index) => ({
        id: commandId === undefined ? undefined : eventId(commandId, index),
        type,
        data,
        metadata,
      }));
      try {
        const { duplicate } = await store.append(stream, version, named, { signal });
        // Else they are older than the snapshot, and part of the state already.
        if (duplicate) return { state, version, events, duplicate };
      } catch (error) {
        const faster = isHoldfastError(error) && error.code === 'EVENT_STREAM_CONFLICT';
        if (!faster || attempt === this.#attemptsMax) throw error;
        continue;
      }
      const after = {
        ...reading,
        state: events.reduce(decider.evolve, state),
        version: version + events.length,
      };
      await this.#keep(stream, after, signal);
      return { state: after.state, version: after.version, events, duplicate: false };
    }
  }

  /** The aggregate as its snapshot has it, if there is one to use. */
  async #begin(stream: string, signal: AbortSignal | undefined): Promise<Reading<State>> {
    const { decider, snapshots } = this.#options;
    const found = await snapshots?.in.load(stream, signal);
    if (found === undefined || found.form !== snapshots?.form) {
      return { state: decider.initial, version: 0, snapshotVersion: 0, handled: [] };
    }
    const { version, state } = found;
    return { state: state as State, version, snapshotVersion: version, handled: [] };
  }

  /** Goes on from `reading` to the end of the stream. */
  async #read(
    stream: string,
    reading: Reading<State>,
    commandId: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Reading<State>> {
    const { store, decider } = this.#options;
    let { state, version } = reading;
    const handled: StoredEvent[] = [...reading.handled];
    for (let more = true; more; ) {
      const page = await store.read(stream, { from: version + 1, signal });
      if (page.version < version) throw snapshotAhead(stream, version, page.version);
      for (const event of page.events) {
        state = decider.evolve(state, event as DomainEvent as Event);
        version = event.version;
        if (commandId !== undefined && event.id === eventId(commandId, handled.length)) handled.push(event);
      }
      more = page.more;
    }
    return { state, version, snapshotVersion: reading.snapshotVersion, handled };
  }

  async #keep(
    stream: string,
    { state, version, snapshotVersion }: Reading<State>,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const { snapshots } = this.#options;
    if (snapshots === undefined || version - snapshotVersion < (snapshots.every ?? 100)) return;
    const snapshot: Snapshot = { version, form: snapshots.form, state: state as JsonValue };
    try {
      await snapshots.in.save(stream, snapshot, signal);
    } catch (error) {
      snapshots.onError?.(error, stream);
    }
  }
}

function eventId(commandId: string, index: number): string {
  return `${commandId}/${index}`;
}

function checkCount(field: string, count: number): void {
  if (!(Number.isSafeInteger(count) && count >= 1))
    throw invalidArgument(field, count, 'a whole number from 1');
}

function snapshotAhead(stream: string, snapshot: number, version: number): Error {
  return transactionErrors.create('EVENT_SNAPSHOT_AHEAD', {
    message: `the snapshot of ${stream} stands at version ${snapshot}, but the stream at ${version}: the store has lost events, or the snapshot is of another one; remove the snapshot to go on without what is lost`,
    context: { stream, snapshot, version },
  });
}
