import type { JsonValue } from '@holdfast/core';
import type { Message } from '../outbox/message.ts';

/** An event of a choreographed saga. */
export interface SagaEvent {
  /** Of the event: the same in every copy of it. */
  readonly id: string;
  /** The saga that it belongs to. */
  readonly sagaId: string;
  readonly type: string;
  readonly data: JsonValue;
  /** The service that emitted it. */
  readonly service: string;
  /** The event that led to it; undefined for the one that began the saga. */
  readonly causationId: string | undefined;
}

/** A timeout of a service, as a message to itself. */
export interface SagaTimer {
  readonly sagaId: string;
  /** The reaction that waits. */
  readonly on: string;
  /** The event that it reacted to. */
  readonly causationId: string;
}

/**
 * An event as a message: its topic is the name of the choreography and the event's type, its key the saga, its body the
 * data as JSON in UTF-8; the rest stands in headers. Timers have a topic that no event can have, and no key: a saga's events
 * do not wait for them.
 */
export function toMessage(choreography: string, event: SagaEvent): Message {
  const { id, sagaId, type, data, service, causationId } = event;
  const headers = { 'saga-id': encodeURIComponent(sagaId), service };
  return {
    id,
    topic: `${choreography}.event.${type}`,
    key: sagaId,
    headers: causationId === undefined ? headers : { ...headers, 'causation-id': causationId },
    body: new TextEncoder().encode(JSON.stringify(data)),
  };
}

/** Undefined when the message is no event of this choreography. */
export function toEvent(
  choreography: string,
  { id, topic, headers = {}, body }: Message,
): SagaEvent | undefined {
  const prefix = `${choreography}.event.`;
  const { 'saga-id': sagaId, 'causation-id': causationId, service } = headers;
  if (!topic.startsWith(prefix) || sagaId === undefined || service === undefined) return undefined;
  try {
    const data = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) as JsonValue;
    const type = topic.slice(prefix.length);
    return { id, sagaId: decodeURIComponent(sagaId), type, data, service, causationId };
  } catch {
    return undefined;
  }
}

export function eventTopics(choreography: string): string {
  return `${choreography}.event.>`;
}

export function timerTopic(choreography: string, service: string): string {
  return `${choreography}.timer.${service}`;
}

export function toTimerMessage(choreography: string, service: string, id: string, timer: SagaTimer): Message {
  const body = new TextEncoder().encode(JSON.stringify(timer));
  return { id, topic: timerTopic(choreography, service), body };
}

export function toTimer({ body }: Message): SagaTimer {
  return JSON.parse(new TextDecoder().decode(body)) as SagaTimer;
}
