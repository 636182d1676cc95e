import type { ByteReader } from '../wire/byte-reader.ts';
import type { ByteWriter } from '../wire/byte-writer.ts';

/** First bytes of messages between members that are not Raft's. */
export const forwardKind = 32;
export const forwardAnswerKind = 33;

/**
 * Proposals from a follower to its leader, which takes them in this term only. They are numbered within a stream, so that
 * what was lost can be sent again and nothing is taken twice. A stream of a higher number replaces the one before it.
 */
export interface Forward {
  readonly term: number;
  /** The life of the member that sends it. */
  readonly origin: number;
  readonly stream: number;
  /** The number of the first command. */
  readonly first: number;
  readonly commands: readonly Uint8Array[];
}

/** Up to where a leader has taken a stream, and why it takes no more. */
export interface ForwardAnswer {
  readonly term: number;
  readonly origin: number;
  readonly stream: number;
  /** The number of the next command that it takes. */
  readonly next: number;
  readonly refusal: ForwardRefusal | undefined;
}

/** `busy`: as much is under way as may be. `transferring`: leadership is being handed over. */
export type ForwardRefusal = 'busy' | 'transferring';

const refusals: readonly (ForwardRefusal | undefined)[] = [undefined, 'busy', 'transferring'];

export function encodeForward(writer: ByteWriter, forward: Forward): Uint8Array {
  const { commands } = forward;
  let bytes = 32;
  for (const command of commands) bytes += command.length + 4;
  writer.expect(bytes);
  writer.u8(forwardKind);
  writer.u48(forward.term);
  writer.u32(forward.origin);
  writer.u32(forward.stream);
  writer.u48(forward.first);
  writer.u32(commands.length);
  for (const command of commands) writer.sized(command);
  return writer.take();
}

/** `reader` stands after the kind. */
export function decodeForward(reader: ByteReader): Forward {
  const term = reader.u48();
  const origin = reader.u32();
  const stream = reader.u32();
  const first = reader.u48();
  const commands: Uint8Array[] = new Array(reader.count(4));
  for (let place = 0; place < commands.length; place++) commands[place] = reader.sized();
  reader.end();
  return { term, origin, stream, first, commands };
}

export function encodeForwardAnswer(writer: ByteWriter, answer: ForwardAnswer): Uint8Array {
  writer.u8(forwardAnswerKind);
  writer.u48(answer.term);
  writer.u32(answer.origin);
  writer.u32(answer.stream);
  writer.u48(answer.next);
  writer.u8(refusals.indexOf(answer.refusal));
  return writer.take();
}

export function decodeForwardAnswer(reader: ByteReader): ForwardAnswer {
  const term = reader.u48();
  const origin = reader.u32();
  const stream = reader.u32();
  const next = reader.u48();
  const refusal = refusals[reader.u8()];
  reader.end();
  return { term, origin, stream, next, refusal };
}
