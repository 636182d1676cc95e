import { crc32c, invalidArgument } from '@holdfast/core';
import { readUint32, writeUint32 } from './big-endian.ts';

/** What a disk says of itself. */
export interface Superblock {
  /** Whose disk it is. */
  readonly identity: string;
  /** Which log is the valid one. */
  readonly generation: number;
  /** Up to where that log has been durable. */
  readonly end: number;
}

/**
 * A superblock fits the smallest sector, which a disk writes whole or not at all. All numbers are big-endian, of 32
 * bits: `checksum (CRC-32C of the rest) | magic and version | generation | end | identity (UTF-8)`.
 */
export const superblockBytesMax = 512;

const headerBytes = 16;
const identityBytesMax: number = superblockBytesMax - headerBytes;
/** 'HFL' and the version of the format. */
const magic = 0x48464c01;

const encoder: TextEncoder = new TextEncoder();
const decoder: TextDecoder = new TextDecoder();

/** @throws HoldfastError INVALID_ARGUMENT where the identity is empty or too long. */
export function encodeSuperblock({ identity, generation, end }: Superblock): Uint8Array {
  const name = encoder.encode(identity);
  if (name.length === 0 || name.length > identityBytesMax) {
    throw invalidArgument('identity', identity, `1 to ${identityBytesMax} bytes of UTF-8`);
  }
  const bytes = new Uint8Array(headerBytes + name.length);
  writeUint32(bytes, 4, magic);
  writeUint32(bytes, 8, generation);
  writeUint32(bytes, 12, end);
  bytes.set(name, headerBytes);
  writeUint32(bytes, 0, crc32c(bytes.subarray(4)));
  return bytes;
}

/** Undefined when it is damaged, or of another version. */
export function decodeSuperblock(bytes: Uint8Array): Superblock | undefined {
  if (bytes.length <= headerBytes) return undefined;
  if (readUint32(bytes, 0) !== crc32c(bytes.subarray(4)) || readUint32(bytes, 4) !== magic) return undefined;
  const identity = decoder.decode(bytes.subarray(headerBytes));
  return { identity, generation: readUint32(bytes, 8), end: readUint32(bytes, 12) };
}
