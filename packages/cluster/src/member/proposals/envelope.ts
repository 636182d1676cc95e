import type { ByteWriter } from '../wire/byte-writer.ts';

/** Bytes before the state's command in the command of an entry: origin, sequence, time. */
export const envelopeBytes = 16;

/**
 * The command of an entry: who proposed it (`origin` is drawn anew in each life of a member, `sequence` counts its
 * proposals), the cluster's time, and the state's command.
 */
export function sealCommand(
  writer: ByteWriter,
  origin: number,
  sequence: number,
  time: number,
  command: Uint8Array,
): Uint8Array {
  writer.expect(envelopeBytes + command.length);
  writer.u32(origin);
  writer.u48(sequence);
  writer.u48(time);
  writer.bytes(command);
  return writer.take();
}

export function originOf(sealed: Uint8Array): number {
  return readUint32(sealed, 0);
}

export function sequenceOf(sealed: Uint8Array): number {
  return ((sealed[4]! << 8) | sealed[5]!) * 0x1_0000_0000 + readUint32(sealed, 6);
}

export function timeOf(sealed: Uint8Array): number {
  return ((sealed[10]! << 8) | sealed[11]!) * 0x1_0000_0000 + readUint32(sealed, 12);
}

export function commandIn(sealed: Uint8Array): Uint8Array {
  return sealed.subarray(envelopeBytes);
}

function readUint32(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}
