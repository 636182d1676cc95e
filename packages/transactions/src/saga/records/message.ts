import { transactionErrors } from '../../errors.ts';

/** What may be said to a running saga: format (1) and JSON. */
export type SagaMessage =
  | { readonly kind: 'signal'; readonly name: string; readonly value: unknown }
  | { readonly kind: 'cancel'; readonly reason: string | undefined }
  | { readonly kind: 'retry' | 'skip'; readonly step: string | undefined }
  | { readonly kind: 'resolve'; readonly step: string; readonly value: unknown };

const format = 1;
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const kinds: readonly unknown[] = [
  'signal',
  'cancel',
  'retry',
  'skip',
  'resolve',
] satisfies SagaMessage['kind'][];

export function encodeMessage(message: SagaMessage): Uint8Array {
  const body = encoder.encode(JSON.stringify(message));
  const bytes = new Uint8Array(1 + body.length);
  bytes[0] = format;
  bytes.set(body, 1);
  return bytes;
}

/** @throws HoldfastError SAGA_RECORD_INVALID. */
export function decodeMessage(bytes: Uint8Array): SagaMessage {
  const message =
    bytes[0] === format ? (JSON.parse(decoder.decode(bytes.subarray(1))) as SagaMessage) : undefined;
  if (message !== undefined && kinds.includes(message.kind)) return message;
  throw transactionErrors.create('SAGA_RECORD_INVALID', {
    message: 'A message to a saga is of no known format: was it sent by a later release?',
  });
}
