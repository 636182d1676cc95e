import { transactionErrors } from '../../errors.ts';
import type { Shape } from './plan.ts';

/**
 * What a record of a saga says. All but the first are 10 bytes and a text: format (1), kind, place (2 bytes, big-endian),
 * wall-clock milliseconds (6 bytes, big-endian), and a JSON text that may be empty.
 *
 * There is no record of a step's beginning where the one before says it all: the end of a step is the beginning of the
 * next, and the beginning of the saga is that of its first. `started` is for a step that had to wait for its locks.
 */
export interface SagaEvent {
  readonly kind: EventKind;
  /** The place it is about; {@link nowhere} for the saga as a whole. */
  readonly place: number;
  /** Wall-clock milliseconds since the Unix epoch. */
  readonly at: number;
  /** JSON, or nothing. */
  readonly text: string;
}

/**
 * In the order of their numbers in records.
 *
 * - `began`: the first record: format (1), kind (0), the length of the shape (2 bytes), shape and input as JSON
 * - `done`: a step with its result, a signal with its value, a sleep, the input of a child
 * - `started`: a step that holds its locks now
 * - `attempted`: a failed attempt that is followed by another
 * - `failed`: why the saga is to be compensated: a step failed for good, the saga was cancelled or is out of time
 * - `undone`: a compensation
 * - `stuck`: a step or its compensation waits for an operator
 * - `retried`, `skipped`, `resolved`: what the operator decided
 * - `refused`: a message that could change nothing
 * - `parked`: the saga as a whole waits for an operator; `resumed`: not any more
 * - `migrated`: the saga goes on under another version
 * - `closed`: changes nothing: it carries the end of a saga whose last step was recorded in the user's transaction
 */
export const eventKinds = [
  'began',
  'done',
  'started',
  'attempted',
  'failed',
  'undone',
  'stuck',
  'retried',
  'skipped',
  'resolved',
  'refused',
  'parked',
  'resumed',
  'migrated',
  'closed',
] as const;
export type EventKind = (typeof eventKinds)[number];

/** The place of what concerns the saga as a whole. */
export const nowhere = 0xffff;

const format = 1;
const headBytes = 10;
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const numbers = new Map<EventKind, number>(eventKinds.map((kind, index) => [kind, index]));

export function encodeEvent({ kind, place, at, text }: SagaEvent): Uint8Array {
  const record = withText(headBytes, text);
  record[0] = format;
  record[1] = numbers.get(kind)!;
  record[2] = place >>> 8;
  record[3] = place;
  const high = Math.floor(at / 2 ** 32);
  record[4] = high >>> 8;
  record[5] = high;
  record[6] = at >>> 24;
  record[7] = at >>> 16;
  record[8] = at >>> 8;
  record[9] = at;
  return record;
}

/** @throws HoldfastError SAGA_RECORD_INVALID. */
export function decodeEvent(record: Uint8Array): SagaEvent {
  const kind = eventKinds[record[1] ?? 0];
  if (record[0] !== format || kind === undefined || kind === 'began' || record.length < headBytes) {
    throw invalidRecord('is of no known format');
  }
  const low = ((record[6]! << 24) | (record[7]! << 16) | (record[8]! << 8) | record[9]!) >>> 0;
  return {
    kind,
    place: (record[2]! << 8) | record[3]!,
    at: ((record[4]! << 8) | record[5]!) * 2 ** 32 + low,
    text: textFrom(record, headBytes),
  };
}

/** A result as JSON; nothing for undefined. */
export function textOf(value: unknown): string {
  return JSON.stringify(value) ?? '';
}

/** What all first records of one definition begin with. */
export function encodeBeginningHead(shape: Shape): Uint8Array {
  const body = encoder.encode(JSON.stringify(shape));
  const head = new Uint8Array(4 + body.length);
  head[0] = format;
  head[2] = body.length >>> 8;
  head[3] = body.length;
  head.set(body, 4);
  return head;
}

export function encodeBeginning(head: Uint8Array, input: string): Uint8Array {
  const record = withText(head.length, input);
  record.set(head);
  return record;
}

/** Whether a first record is of the definition with this head. */
export function beginsWith(record: Uint8Array, head: Uint8Array): boolean {
  if (record.length < head.length) return false;
  for (let index = 0; index < head.length; index++) if (record[index] !== head[index]) return false;
  return true;
}

/** @throws HoldfastError SAGA_RECORD_INVALID. */
export function decodeShape(record: Uint8Array | undefined): Shape {
  return JSON.parse(decoder.decode(checkBeginning(record).subarray(4, headLengthOf(record!)))) as Shape;
}

/** @throws HoldfastError SAGA_RECORD_INVALID. */
export function decodeInput(record: Uint8Array | undefined): unknown {
  const text = textFrom(checkBeginning(record), headLengthOf(record!));
  return text === '' ? undefined : JSON.parse(text);
}

function checkBeginning(record: Uint8Array | undefined): Uint8Array {
  if (record !== undefined && record.length >= 4 && record[0] === format && record[1] === 0) return record;
  throw invalidRecord('is no beginning of a saga');
}

function headLengthOf(record: Uint8Array): number {
  return 4 + ((record[2]! << 8) | record[3]!);
}

/** Bytes with `text` behind so many others. What is short and plain, as most results are, costs no copy. */
function withText(before: number, text: string): Uint8Array {
  if (text.length <= shortText) {
    const bytes = new Uint8Array(before + text.length);
    let at = 0;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code > 0x7f) break;
      bytes[before + at] = code;
    }
    if (at === text.length) return bytes;
  }
  const body = encoder.encode(text);
  const bytes = new Uint8Array(before + body.length);
  bytes.set(body, before);
  return bytes;
}

function textFrom(bytes: Uint8Array, from: number): string {
  if (bytes.length === from) return '';
  if (bytes.length - from <= shortText) {
    let text = '';
    let at = from;
    for (; at < bytes.length && bytes[at]! <= 0x7f; at++) text += String.fromCharCode(bytes[at]!);
    if (at === bytes.length) return text;
  }
  return decoder.decode(bytes.subarray(from));
}

const shortText = 64;

function invalidRecord(what: string): Error {
  return transactionErrors.create('SAGA_RECORD_INVALID', {
    message: `A record of a saga ${what}: was it written by a later release?`,
  });
}
