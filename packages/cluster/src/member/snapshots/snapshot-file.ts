import { crc32c } from '@holdfast/core';
import type { SnapshotReader, SnapshotWriter } from '@holdfast/storage';
import { clusterErrors } from '../../errors.ts';
import type { StateRestore, StateSnapshot } from '../../state/state-machine.ts';
import { nextTurn } from '../end-of-turn.ts';
import { ByteReader } from '../wire/byte-reader.ts';
import { ByteWriter } from '../wire/byte-writer.ts';

/**
 * The file of a snapshot: a length of 32 bits and a header (version, the cluster's time), the state as it
 * wrote itself, and the CRC-32C of all that.
 */
export interface SnapshotHeader {
  /** The cluster's time. */
  readonly time: number;
}

const version = 1;
const checksumBytes = 4;
/** Bytes of the state written at a time: short enough to keep nobody waiting. */
const pieceBytes = 64 << 10;
/** Bytes read at a time. */
const readBytes = 256 << 10;

/** Writes a snapshot, piece by piece, with a turn for everybody else between the pieces. `wanted`: whether to go on. */
export async function writeSnapshotFile(
  writer: SnapshotWriter,
  header: SnapshotHeader,
  snapshot: StateSnapshot,
  wanted: () => boolean,
): Promise<boolean> {
  const bytes = new ByteWriter();
  bytes.u8(version);
  bytes.u48(header.time);
  const body = bytes.take();
  bytes.sized(body);
  let piece: Uint8Array | undefined = bytes.take();
  let checksum = 0;
  while (piece !== undefined) {
    checksum = crc32c(piece, checksum);
    await writer.write(piece);
    await nextTurn();
    if (!wanted()) return false;
    piece = snapshot.next(pieceBytes);
  }
  bytes.u32(checksum);
  await writer.write(bytes.take());
  return true;
}

/**
 * Reads a snapshot into `restore`, which is left to be finished.
 *
 * @throws HoldfastError SNAPSHOT_MALFORMED, and what the reader throws.
 */
export async function readSnapshotFile(
  reader: SnapshotReader,
  restore: StateRestore,
): Promise<SnapshotHeader> {
  const { size } = reader.info;
  if (size < checksumBytes * 2) throw malformed(`${size} bytes are too few`);
  const end = size - checksumBytes;
  const lengthBytes = await reader.read(0, 4);
  const length = new ByteReader(lengthBytes).u32();
  if (length > end - 4) throw malformed(`a header of ${length} bytes in ${size}`);
  const headerBytes = await reader.read(4, length);
  const header = readHeader(headerBytes);
  let checksum = crc32c(headerBytes, crc32c(lengthBytes));
  for (let offset = 4 + length; offset < end; ) {
    const bytes = await reader.read(offset, Math.min(readBytes, end - offset));
    if (bytes.length === 0) throw malformed(`it ends at ${offset} of ${size}`);
    checksum = crc32c(bytes, checksum);
    restore.write(bytes);
    offset += bytes.length;
    await nextTurn();
  }
  const expected = new ByteReader(await reader.read(end, checksumBytes)).u32();
  if (expected !== checksum) throw malformed(`its checksum is ${checksum}, it should be ${expected}`);
  return header;
}

function readHeader(bytes: Uint8Array): SnapshotHeader {
  const reader = new ByteReader(bytes);
  const found = reader.u8();
  if (found !== version) throw malformed(`its version is ${found}`);
  return { time: reader.u48() };
}

function malformed(what: string): Error {
  return clusterErrors.create('SNAPSHOT_MALFORMED', { message: `a snapshot cannot be read: ${what}` });
}
