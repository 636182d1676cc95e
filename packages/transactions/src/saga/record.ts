import { transactionErrors } from '../errors.ts';
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
 * - `began`: the first record: see {@link encodeBeginning}
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

/** How a run began: its first record. Format (1), kind (0), the length of the shape (2 bytes), shape and input as JSON. */
export interface Beginning {
  readonly shape: Shape;
  readonly input: unknown;
}

const format = 1;
const headBytes = 10;
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const numbers = new Map<EventKind, number>(eventKinds.map((kind, index) => [kind, index]));

export function encodeEvent({ kind, place, at, text }: SagaEvent): Uint8Array {
  const body = text === '' ? undefined : encoder.encode(text);
  const record = new Uint8Array(headBytes + (body?.length ?? 0));
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
  if (body !== undefined) record.set(body, headBytes);
  return record;
}

/** @throws HoldfastError SAGA_RECORD_INVALID. */
export function decodeEvent(record: Uint8Array): SagaEvent {
  const kind = eventKinds[record[1] ?? 0];
  if (record[0] !== format || kind === undefined || kind === 'began' || record.length < headBytes) {
    throw invalidRecord('is of no known format');
  }
  const view = new DataView(record.buffer, record.byteOffset, record.length);
  return {
    kind,
    place: view.getUint16(2),
    at: view.getUint16(4) * 2 ** 32 + view.getUint32(6),
    text: record.length === headBytes ? '' : decoder.decode(record.subarray(headBytes)),
  };
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
  const body = encoder.encode(input);
  const record = new Uint8Array(head.length + body.length);
  record.set(head);
  record.set(body, head.length);
  return record;
}

/** Whether a first record is of the definition with this head. */
export function beginsWith(record: Uint8Array, head: Uint8Array): boolean {
  if (record.length < head.length) return false;
  for (let index = 0; index < head.length; index++) if (record[index] !== head[index]) return false;
  return true;
}

/** The input in a first record whose head is known to be `headLength` bytes long. */
export function decodeInput(record: Uint8Array, headLength: number): unknown {
  const text = decoder.decode(record.subarray(headLength));
  return text === '' ? undefined : JSON.parse(text);
}

/** @throws HoldfastError SAGA_RECORD_INVALID. */
export function decodeBeginning(record: Uint8Array | undefined): Beginning {
  if (record === undefined || record.length < 4 || record[0] !== format || record[1] !== 0) {
    throw invalidRecord('is no beginning of a saga');
  }
  const headLength = 4 + ((record[2]! << 8) | record[3]!);
  return {
    shape: JSON.parse(decoder.decode(record.subarray(4, headLength))) as Shape,
    input: decodeInput(record, headLength),
  };
}

export function invalidRecord(what: string): Error {
  return transactionErrors.create('SAGA_RECORD_INVALID', {
    message: `A record of a saga ${what}: was it written by a later release?`,
  });
}
