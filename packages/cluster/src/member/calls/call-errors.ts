import { asHoldfastError, type HoldfastError } from '@holdfast/core';
import { type ClusterErrorCode, clusterErrors } from '../../errors.ts';
import { EtcdError } from '../../etcd/etcd-errors.ts';
import type { ByteReader } from '../wire/byte-reader.ts';
import { ByteWriter } from '../wire/byte-writer.ts';

const executedAnswers: readonly HoldfastError['executed'][] = ['no', 'maybe', 'yes'];

/** What one member threw, for another one to throw. */
export function writeError(error: unknown): Uint8Array {
  const writer = new ByteWriter();
  if (error instanceof EtcdError) {
    writer.u8(error.code);
    writer.text(error.message);
  } else {
    const { code, message, executed } = asHoldfastError(error);
    writer.u8(executedAnswers.indexOf(executed));
    writer.text(code);
    writer.text(message);
  }
  return writer.take();
}

export function readError(outcome: 'refused' | 'failed', reader: ByteReader): Error {
  if (outcome === 'refused') return new EtcdError({ code: reader.u8(), message: reader.text() });
  const executed = executedAnswers[reader.u8()] ?? 'maybe';
  const code = reader.text();
  const message = reader.text();
  const known = Object.hasOwn(clusterErrors.definitions, code)
    ? (code as ClusterErrorCode)
    : 'LEADER_CHANGED';
  return clusterErrors.create(known, { message, executed });
}
