import { type Duration, invalidArgument, toPositiveMicros } from '@holdfast/core';
import type { BrokerSubscribeOptions } from './broker.ts';
import type { Message, ParkedOptions } from './message.ts';
import type { ClaimOptions, OutgoingMessage } from './outbox.ts';

const topicPattern = /^[\w-]+(\.[\w-]+)*$/;
const topicFilterPattern = /^(([\w-]+|\*)\.)*([\w-]+|\*|>)$/;
const wordPattern = /^[\w-]{1,64}$/;
const headerPattern = /^[\w-]{1,100}$/;

/** @throws HoldfastError INVALID_ARGUMENT. */
export function checkMessage({ id, topic, key, headers, body }: Message, field = 'message'): void {
  checkText(`${field}.id`, id);
  if (typeof topic !== 'string' || topic.length > 200 || !topicPattern.test(topic)) {
    throw invalidArgument(`${field}.topic`, topic, 'words of letters, digits, - and _, joined by dots');
  }
  if (key !== undefined) checkText(`${field}.key`, key);
  for (const [name, value] of Object.entries(headers ?? {})) {
    if (!headerPattern.test(name)) {
      throw invalidArgument(`${field}.headers`, name, 'names of letters, digits, - and _');
    }
    if (typeof value !== 'string' || /[\r\n]/.test(value)) {
      throw invalidArgument(`${field}.headers.${name}`, value, 'a string with no line breaks');
    }
  }
  if (!(body instanceof Uint8Array)) throw invalidArgument(`${field}.body`, body, 'a Uint8Array');
}

/** @throws HoldfastError INVALID_ARGUMENT. */
export function checkOutgoing(message: OutgoingMessage, field: string): void {
  checkMessage(message, field);
  const { notBefore } = message;
  if (notBefore !== undefined && !Number.isFinite(notBefore)) {
    throw invalidArgument(`${field}.notBefore`, notBefore, 'milliseconds since the Unix epoch');
  }
}

/** The microseconds of the lease. @throws HoldfastError INVALID_ARGUMENT. */
export function checkClaim({ limit, lease }: ClaimOptions): number {
  checkCount('limit', limit, 1_000);
  return toPositiveMicros(lease, 'lease');
}

/** @throws HoldfastError INVALID_ARGUMENT. */
export function checkParked({ limit = 100 }: ParkedOptions): void {
  checkCount('limit', limit, 1_000);
}

/** A subscription with all of its options. */
export interface CheckedSubscription {
  readonly consumer: string;
  readonly topic: string;
  readonly inFlightMax: number;
  /** Microseconds. */
  readonly settleWithin: number;
  readonly deliveriesMax: number;
}

/** @throws HoldfastError INVALID_ARGUMENT. */
export function checkSubscribe({
  consumer,
  topic,
  inFlightMax = 64,
  settleWithin = '30s' satisfies Duration,
  deliveriesMax = 10,
}: BrokerSubscribeOptions): CheckedSubscription {
  checkConsumer(consumer);
  if (typeof topic !== 'string' || topic.length > 200 || !topicFilterPattern.test(topic)) {
    throw invalidArgument('topic', topic, 'a topic, with * for a word or > for the rest');
  }
  checkCount('inFlightMax', inFlightMax, 1_000);
  checkCount('deliveriesMax', deliveriesMax, 1_000_000);
  return {
    consumer,
    topic,
    inFlightMax,
    settleWithin: toPositiveMicros(settleWithin, 'settleWithin'),
    deliveriesMax,
  };
}

/** @throws HoldfastError INVALID_ARGUMENT. */
export function checkConsumer(consumer: string): void {
  if (typeof consumer !== 'string' || !wordPattern.test(consumer)) {
    throw invalidArgument('consumer', consumer, '1 to 64 letters, digits, - and _');
  }
}

function checkText(field: string, text: unknown): void {
  if (typeof text !== 'string' || text === '' || text.length > 200) {
    throw invalidArgument(field, text, 'a string of 1 to 200 characters');
  }
}

function checkCount(field: string, count: number, most: number): void {
  if (!(Number.isSafeInteger(count) && count >= 1 && count <= most)) {
    throw invalidArgument(field, count, `a whole number from 1 to ${most}`);
  }
}
