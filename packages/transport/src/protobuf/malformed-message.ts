import type { HoldfastError } from '@holdfast/core';
import { transportErrors } from '../errors.ts';

export function malformedMessage(what: string, position: number): HoldfastError<'MALFORMED_MESSAGE'> {
  return transportErrors.create('MALFORMED_MESSAGE', {
    message: `malformed protobuf message: ${what} at byte ${position}`,
    stack: false,
  });
}
