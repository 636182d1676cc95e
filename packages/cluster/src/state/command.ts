import { assert } from '@holdfast/core';
import { ByteCopies } from './memory/byte-copies.ts';

/**
 * What a command does. Its payload is etcd's own request, encoded: for `put` a PutRequest, for `compact` a
 * CompactionRequest, and so on. `lease-expire` is the leader's own LeaseRevokeRequest, which needs nobody's permission.
 * Those on members carry a Member; `attributes` changes its name and client URLs only.
 * Those on sessions have no payload: the session is the command's own.
 */
export type CommandKind =
  | 'put'
  | 'delete-range'
  | 'txn'
  | 'compact'
  | 'lease-grant'
  | 'lease-revoke'
  | 'lease-checkpoint'
  | 'alarm'
  | 'member-put'
  | 'member-remove'
  | 'member-attributes'
  | 'auth'
  | 'session-register'
  | 'session-keep-alive'
  | 'session-close'
  | 'lease-expire';

export interface Command {
  readonly kind: CommandKind;
  /** Of a client that numbers its requests. Those that keep alive or close name the session only: their numbers are 0. */
  readonly session?: CommandSession | undefined;
  /** Who asks. Undefined where nobody was named, which keeps out of everything that authentication guards. */
  readonly auth?: CommandAuth | undefined;
  readonly payload: Uint8Array;
}

/** As in Raft's `Sessions`: a retry has the number of its original, and what is below `answeredBelow` is answered. */
export interface CommandSession {
  readonly id: number;
  readonly sequence: number;
  readonly answeredBelow: number;
}

export interface CommandAuth {
  readonly user: string;
  /** The revision of users and roles at which the user was last checked. */
  readonly revision: number;
}

const version = 1;
const sessionFlag = 1;
const authFlag = 2;

/** Their places are the bytes in logs: only ever append. */
const kinds: readonly CommandKind[] = [
  'put',
  'delete-range',
  'txn',
  'compact',
  'lease-grant',
  'lease-revoke',
  'lease-checkpoint',
  'alarm',
  'member-put',
  'member-remove',
  'member-attributes',
  'auth',
  'session-register',
  'session-keep-alive',
  'session-close',
  'lease-expire',
];

const codes: ReadonlyMap<CommandKind, number> = new Map(kinds.map((kind, code) => [kind, code]));
const toUtf8 = new TextEncoder();
const fromUtf8 = new TextDecoder();
const none: Uint8Array = new Uint8Array(0);
const room: ByteCopies = new ByteCopies();

/**
 * Version, kind and flags, a byte each; the session, if any, as three integers of 48 bits; the user, if any, as a
 * length of 16 bits, UTF-8, and a revision of 48 bits; the payload. Integers are big-endian.
 */
export function encodeCommand(command: Command): Uint8Array {
  const { session, auth, payload } = command;
  const user = auth === undefined ? none : toUtf8.encode(auth.user);
  if (user.length > 0xffff) assert(false, `a user name of ${user.length} bytes`);
  let at = 3;
  const size = at + (session === undefined ? 0 : 18) + (auth === undefined ? 0 : 8 + user.length);
  const bytes = room.take(size + payload.length);
  bytes[0] = version;
  bytes[1] = codes.get(command.kind)!;
  bytes[2] = (session === undefined ? 0 : sessionFlag) | (auth === undefined ? 0 : authFlag);
  if (session !== undefined) {
    at = writeUint48(bytes, at, session.id);
    at = writeUint48(bytes, at, session.sequence);
    at = writeUint48(bytes, at, session.answeredBelow);
  }
  if (auth !== undefined) {
    bytes[at++] = user.length >>> 8;
    bytes[at++] = user.length & 0xff;
    bytes.set(user, at);
    at = writeUint48(bytes, at + user.length, auth.revision);
  }
  bytes.set(payload, at);
  return bytes;
}

/**
 * The payload is a view of `bytes`.
 *
 * @throws HoldfastError ASSERTION_FAILED for what `encodeCommand` has not written: such bytes are not in a log.
 */
export function decodeCommand(bytes: Uint8Array): Command {
  const kind = kinds[bytes[1]!];
  if (bytes[0] !== version || kind === undefined || bytes[2]! > 3) {
    assert(false, `a command of version ${bytes[0]}, kind ${bytes[1]}, flags ${bytes[2]}`);
  }
  const flags = bytes[2]!;
  let at = 3;
  let session: CommandSession | undefined;
  let auth: CommandAuth | undefined;
  if ((flags & sessionFlag) !== 0) {
    session = {
      id: readUint48(bytes, at),
      sequence: readUint48(bytes, at + 6),
      answeredBelow: readUint48(bytes, at + 12),
    };
    at += 18;
  }
  if ((flags & authFlag) !== 0) {
    const end = at + 2 + ((bytes[at]! << 8) | bytes[at + 1]!);
    auth = { user: fromUtf8.decode(bytes.subarray(at + 2, end)), revision: readUint48(bytes, end) };
    at = end + 6;
  }
  if (at > bytes.length) assert(false, `a command of ${bytes.length} bytes that is cut short`);
  return { kind, session, auth, payload: bytes.subarray(at) };
}

function writeUint48(bytes: Uint8Array, at: number, value: number): number {
  if (!(value >= 0 && value < 0x1_0000_0000_0000)) assert(false, `${value} does not fit into 48 bits`);
  const high = Math.floor(value / 0x1_0000_0000);
  bytes[at] = high >>> 8;
  bytes[at + 1] = high;
  bytes[at + 2] = value >>> 24;
  bytes[at + 3] = value >>> 16;
  bytes[at + 4] = value >>> 8;
  bytes[at + 5] = value;
  return at + 6;
}

function readUint48(bytes: Uint8Array, at: number): number {
  const high = (bytes[at]! << 8) | bytes[at + 1]!;
  const low = (bytes[at + 2]! << 24) | (bytes[at + 3]! << 16) | (bytes[at + 4]! << 8) | bytes[at + 5]!;
  return high * 0x1_0000_0000 + (low >>> 0);
}
