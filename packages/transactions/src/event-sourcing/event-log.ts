import { idConflict, streamConflict } from './event-errors.ts';
import type { RecordedAppend } from './event-record.ts';
import type { EventPage, ExpectedVersion, NewEvent, StoredEvent, StreamPage } from './event-store.ts';

const none: readonly StoredEvent[] = [];

/** Events that one page looks at, so that a rare prefix does not block the event loop. */
const scanMax = 10_000;

/**
 * All events, in memory, by position, stream and id. It holds accepted ones that are not durable yet: appends are judged
 * by them, and readers are not shown them.
 */
export class EventLog {
  readonly #events: StoredEvent[] = [];
  readonly #streams = new Map<string, StoredEvent[]>();
  readonly #byId = new Map<string, StoredEvent>();
  /** The last position that readers are shown. */
  durable = 0;

  /** The last position there is. */
  get last(): number {
    return this.#events.length;
  }

  version(stream: string): number {
    return this.#streams.get(stream)?.length ?? 0;
  }

  /**
   * The last of the events that this append has appended before, if it has.
   *
   * @throws HoldfastError EVENT_STREAM_CONFLICT, EVENT_ID_CONFLICT.
   */
  judge(stream: string, expected: ExpectedVersion, events: readonly NewEvent[]): StoredEvent | undefined {
    const found = events.map(({ id }) => (id === undefined ? undefined : this.#byId.get(id)));
    const first = found[0];
    if (first !== undefined) {
      const stray = found.findIndex(
        (event, index) => event?.stream !== stream || event.version !== first.version + index,
      );
      if (stray === -1) return found.at(-1);
    }
    const taken = found.find((event) => event !== undefined);
    if (taken !== undefined) throw idConflict(stream, taken.id);
    const version = this.version(stream);
    if (!fits(expected, version)) throw streamConflict(stream, expected, version);
    return undefined;
  }

  /** Adds an append; its last event. */
  add({ stream, recordedAt, events }: RecordedAppend): StoredEvent {
    let ofStream = this.#streams.get(stream);
    if (ofStream === undefined) {
      ofStream = [];
      this.#streams.set(stream, ofStream);
    }
    for (const [id, type, schemaVersion, data, metadata] of events) {
      const event: StoredEvent = {
        id,
        stream,
        version: ofStream.length + 1,
        position: this.#events.length + 1,
        type,
        schemaVersion,
        data,
        metadata,
        recordedAt,
      };
      ofStream.push(event);
      this.#events.push(event);
      this.#byId.set(id, event);
    }
    return this.#events.at(-1)!;
  }

  /** Takes back what was added after a position. */
  truncate(position: number): void {
    for (const { stream, id } of this.#events.splice(position).reverse()) {
      const ofStream = this.#streams.get(stream)!;
      ofStream.pop();
      if (ofStream.length === 0) this.#streams.delete(stream);
      this.#byId.delete(id);
    }
  }

  read(stream: string, backwards: boolean, from: number | undefined, limit: number): StreamPage {
    const ofStream = this.#streams.get(stream) ?? none;
    let version = ofStream.length;
    while (version > 0 && ofStream[version - 1]!.position > this.durable) version--;
    if (backwards) {
      const end = Math.min(from ?? version, version);
      const begin = Math.max(end - limit, 0);
      return { events: ofStream.slice(begin, end).reverse(), version, more: begin > 0 };
    }
    const begin = Math.min((from ?? 1) - 1, version);
    const end = Math.min(begin + limit, version);
    return { events: ofStream.slice(begin, end), version, more: end < version };
  }

  readAll(after: number, prefix: string, limit: number): EventPage {
    const events: StoredEvent[] = [];
    let position = after;
    const end = Math.min(this.durable, after + scanMax);
    while (position < end && events.length < limit) {
      const event = this.#events[position++]!;
      if (event.stream.startsWith(prefix)) events.push(event);
    }
    return { events, position, more: position < this.durable };
  }
}

function fits(expected: ExpectedVersion, version: number): boolean {
  switch (expected) {
    case 'any':
      return true;
    case 'exists':
      return version > 0;
    case 'none':
      return version === 0;
    default:
      return version === expected;
  }
}
