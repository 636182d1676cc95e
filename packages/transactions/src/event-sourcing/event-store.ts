import type { JsonValue } from '@holdfast/core';

/**
 * Streams of events, each with a version, in one global order. An append is atomic and durable once it resolves.
 *
 * Names of streams and types of events are 1 to 200 characters. All waits end with ABORTED when their signal aborts. Calls
 * fail with EVENT_STORE_UNAVAILABLE (an append may have happened: repeat it with the same ids), EVENT_STORE_FULL,
 * EVENT_STORE_FAILED, EVENT_STORE_CLOSED, or with INVALID_ARGUMENT before anything happens.
 */
export interface EventStore {
  /**
   * Appends events to a stream, all or none, if its version is the expected one.
   *
   * Repeated with the same ids in the same order, it changes nothing and answers as the first time, whatever is expected:
   * the id decides, contents are not compared.
   *
   * @throws HoldfastError EVENT_STREAM_CONFLICT when the version is not the expected one; EVENT_ID_CONFLICT when some of
   * the ids are taken, but not by this append.
   */
  append(
    stream: string,
    expected: ExpectedVersion,
    events: readonly NewEvent[],
    options?: EventCallOptions,
  ): Promise<AppendResult>;
  /** A page of one stream. */
  read(stream: string, options?: ReadStreamOptions): Promise<StreamPage>;
  /**
   * A page of all events, in the global order. Who has seen a position has seen all before it: no event ever shows up
   * behind one that was read, even if it was appended earlier by a transaction that committed later.
   */
  readAll(options?: ReadAllOptions): Promise<EventPage>;
  /**
   * The events after a position, each once, in the global order: those there are, then those to come, as soon as they are
   * durable. What its consumer has not asked for yet stays in the store. It goes on through failures that pass, and until
   * it is left (`return`, or the end of a `for await`), its signal aborts, or the store is closed: then `next` fails with
   * ABORTED or EVENT_STORE_CLOSED.
   */
  subscribe(options?: SubscribeOptions): AsyncIterableIterator<EventPage>;
  /** Ends all calls and subscriptions with EVENT_STORE_CLOSED. Closing again does nothing. */
  close(): Promise<void>;
}

/**
 * What a stream's version has to be: a number of events; `none`, as 0, has no event yet; `exists` has some; `any` is not
 * looked at.
 */
export type ExpectedVersion = number | 'any' | 'none' | 'exists';

export interface NewEvent {
  /** 1 to 200 characters, unique in the store. Default a new one: then an append that is repeated appends again. */
  readonly id?: string | undefined;
  readonly type: string;
  /** Of the form of its data: see `upcasting`. A whole number from 1. Default 1. */
  readonly schemaVersion?: number | undefined;
  readonly data: JsonValue;
  readonly metadata?: EventMetadata | undefined;
}

/** Beside the data. By custom, `correlationId` names the whole that an event is part of, `causationId` what led to it. */
export type EventMetadata = { readonly [key: string]: JsonValue };

export interface StoredEvent {
  readonly id: string;
  readonly stream: string;
  /** Of its stream with this event: 1 for the first. */
  readonly version: number;
  /** In the global order: ascends from 1 at least, and may leave numbers out. */
  readonly position: number;
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: JsonValue;
  readonly metadata: EventMetadata;
  /** Wall-clock milliseconds since the Unix epoch. */
  readonly recordedAt: number;
}

export interface EventCallOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface AppendResult {
  /** Of the stream with the last of these events. */
  readonly version: number;
  /** Of the last of these events. */
  readonly position: number;
  /** They had been appended before. */
  readonly duplicate: boolean;
}

export interface ReadStreamOptions extends EventCallOptions {
  /** Default `forwards`. */
  readonly direction?: 'forwards' | 'backwards' | undefined;
  /** The version to begin with. Default the first one forwards, the last one backwards. */
  readonly from?: number | undefined;
  /** Events at most, 1 to 1,000. Default 1,000. */
  readonly limit?: number | undefined;
}

export interface StreamPage {
  readonly events: readonly StoredEvent[];
  /** Of the stream when it was read; 0 when there is no such stream. */
  readonly version: number;
  /** There are more in that direction. */
  readonly more: boolean;
}

export interface ReadAllOptions extends EventCallOptions {
  /** A position; 0 is before the first event. Default 0. */
  readonly after?: number | undefined;
  /** Only of streams whose names begin with it. Default all. */
  readonly prefix?: string | undefined;
  /** Events at most, 1 to 1,000. Default 1,000. */
  readonly limit?: number | undefined;
}

export interface EventPage {
  /** None when those up to `position` belong to other streams. */
  readonly events: readonly StoredEvent[];
  /** What to go on after: all events up to here have been given, or belong to other streams. */
  readonly position: number;
  /** There are more. */
  readonly more: boolean;
}

export interface SubscribeOptions extends ReadAllOptions {
  /** Events at most in a page, 1 to 1,000. Default 100. */
  readonly limit?: number | undefined;
}
