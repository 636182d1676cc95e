import { defineErrors, type ErrorCatalogue, type HoldfastError } from '@holdfast/core';

export type ProtobufErrorCode = 'MALFORMED_MESSAGE';

export const protobufErrors: ErrorCatalogue<ProtobufErrorCode> = defineErrors<ProtobufErrorCode>({
  /** Bytes that are no message of the type they were read as. */
  MALFORMED_MESSAGE: { severity: 'medium', category: 'invalid', retryable: 'never', executed: 'no' },
});

export function malformedMessage(what: string, position: number): HoldfastError<'MALFORMED_MESSAGE'> {
  return protobufErrors.create('MALFORMED_MESSAGE', {
    message: `malformed protobuf message: ${what} at byte ${position}`,
    stack: false,
  });
}
