import { type ByteReader, malformed } from '../wire/byte-reader.ts';
import type { ByteWriter } from '../wire/byte-writer.ts';

export const callKind = 34;
export const callAnswerKind = 35;

/** What one member may ask another one, as a rule the one that leads. Places are the bytes on the wire: only append. */
const methods = [
  'renew-lease',
  'lease-time-left',
  'add-member',
  'remove-member',
  'update-member',
  'promote-member',
  'move-leader',
  'inspect',
] as const;

export type PeerMethod = (typeof methods)[number];
/** What only the member that leads can do. */
export type LeaderMethod = Exclude<PeerMethod, 'inspect'>;

/** A request from another member. `id` tells its answer apart from others. */
export interface PeerCall {
  readonly id: number;
  readonly method: PeerMethod;
  readonly body: Uint8Array;
}

/**
 * `ok` with the answer; `refused` by etcd's rules, `failed` with an error of this package: the body is its code and
 * message.
 */
export interface CallAnswer {
  readonly id: number;
  readonly outcome: 'ok' | 'refused' | 'failed';
  readonly body: Uint8Array;
}

const outcomes: readonly CallAnswer['outcome'][] = ['ok', 'refused', 'failed'];

export function encodeCall(writer: ByteWriter, call: PeerCall): Uint8Array {
  writer.u8(callKind);
  writer.u48(call.id);
  writer.u8(methods.indexOf(call.method));
  writer.bytes(call.body);
  return writer.take();
}

/** `reader` stands after the kind. */
export function decodeCall(reader: ByteReader): PeerCall {
  const id = reader.u48();
  const number = reader.u8();
  const method = methods[number];
  if (method === undefined) throw malformed(`a call of method ${number}`);
  return { id, method, body: reader.view(reader.remaining) };
}

export function encodeCallAnswer(writer: ByteWriter, answer: CallAnswer): Uint8Array {
  writer.u8(callAnswerKind);
  writer.u48(answer.id);
  writer.u8(outcomes.indexOf(answer.outcome));
  writer.bytes(answer.body);
  return writer.take();
}

export function decodeCallAnswer(reader: ByteReader): CallAnswer {
  const id = reader.u48();
  const number = reader.u8();
  const outcome = outcomes[number];
  if (outcome === undefined) throw malformed(`an answer of outcome ${number}`);
  return { id, outcome, body: reader.view(reader.remaining) };
}
