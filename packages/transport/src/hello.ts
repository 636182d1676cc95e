import { type HoldfastError, invalidArgument } from '@holdfast/core';
import { transportErrors } from './errors.ts';
import { readUint32, writeUint32 } from './frame.ts';
import type { Greeting } from './message-channel.ts';

const identityBytesMax = 4_096;
const protocolBytesMax = 255;
const versionMax = 65_535;
const fixedBytes = 9;

/** What an end says of itself: its {@link Greeting}, and the largest message that it takes. */
export interface Hello {
  readonly greeting: Greeting;
  readonly messageBytesMax: number;
}

/**
 * A hello's payload: version (u16), least version (u16), largest message (u32), the protocol's length (u8) and name (UTF-8),
 * and the rest is the identity.
 *
 * @throws HoldfastError INVALID_ARGUMENT.
 */
export function encodeHello({ greeting, messageBytesMax }: Hello): Uint8Array {
  const { version, versionMin = version, identity } = greeting;
  const protocol = new TextEncoder().encode(greeting.protocol);
  if (protocol.length === 0 || protocol.length > protocolBytesMax) {
    throw invalidArgument('greeting.protocol', greeting.protocol, `of 1 to ${protocolBytesMax} bytes`);
  }
  if (!(Number.isInteger(version) && version >= 1 && version <= versionMax)) {
    throw invalidArgument('greeting.version', version, `a whole number from 1 to ${versionMax}`);
  }
  if (!(Number.isInteger(versionMin) && versionMin >= 1 && versionMin <= version)) {
    throw invalidArgument('greeting.versionMin', versionMin, `a whole number from 1 to ${version}`);
  }
  if (identity.length > identityBytesMax) {
    throw invalidArgument('greeting.identity.length', identity.length, `at most ${identityBytesMax}`);
  }
  const hello = new Uint8Array(fixedBytes + protocol.length + identity.length);
  hello[0] = version;
  hello[1] = version >>> 8;
  hello[2] = versionMin;
  hello[3] = versionMin >>> 8;
  writeUint32(hello, 4, messageBytesMax);
  hello[8] = protocol.length;
  hello.set(protocol, fixedBytes);
  hello.set(identity, fixedBytes + protocol.length);
  return hello;
}

/** @throws HoldfastError MALFORMED_FRAME. */
export function decodeHello(hello: Uint8Array): Hello {
  const protocolEnd = fixedBytes + (hello[8] ?? 0);
  if (hello.length < protocolEnd) throw malformed(`ends after ${hello.length} bytes`);
  const version = hello[0]! | (hello[1]! << 8);
  const versionMin = hello[2]! | (hello[3]! << 8);
  if (versionMin < 1 || versionMin > version) throw malformed(`has versions ${versionMin} to ${version}`);
  if (hello.length - protocolEnd > identityBytesMax) throw malformed('has too long an identity');
  const protocol = new TextDecoder().decode(hello.subarray(fixedBytes, protocolEnd));
  const identity = hello.slice(protocolEnd);
  return {
    greeting: { protocol, version, versionMin, identity },
    messageBytesMax: readUint32(hello, 4),
  };
}

/** The version that both speak. @throws HoldfastError HANDSHAKE_FAILED. */
export function agree(own: Greeting, other: Greeting): number {
  if (own.protocol !== other.protocol) {
    throw handshakeFailed(`this end speaks ${own.protocol}, and the other ${other.protocol}`);
  }
  const version = Math.min(own.version, other.version);
  if (version < (own.versionMin ?? own.version) || version < (other.versionMin ?? other.version)) {
    throw handshakeFailed(`no version of ${own.protocol} is spoken by both: ${range(own)}, ${range(other)}`);
  }
  return version;
}

export function handshakeFailed(message: string, cause?: unknown): HoldfastError<'HANDSHAKE_FAILED'> {
  return transportErrors.create('HANDSHAKE_FAILED', { message, cause });
}

function range({ version, versionMin = version }: Greeting): string {
  return `${versionMin} to ${version}`;
}

function malformed(what: string): HoldfastError<'MALFORMED_FRAME'> {
  return transportErrors.create('MALFORMED_FRAME', { message: `the hello of the other end ${what}` });
}
