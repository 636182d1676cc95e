import type { HoldfastError } from '@holdfast/core';
import { transactionErrors } from '../errors.ts';
import type { ExpectedVersion } from './event-store.ts';

export function streamConflict(
  stream: string,
  expected: ExpectedVersion,
  version: number,
): HoldfastError<'EVENT_STREAM_CONFLICT'> {
  return transactionErrors.create('EVENT_STREAM_CONFLICT', {
    message: `stream ${stream} is at version ${version}, but the append expects ${expected}: read on, and decide again`,
    context: { stream, expected, version },
  });
}

export function idConflict(stream: string, id: string): HoldfastError<'EVENT_ID_CONFLICT'> {
  return transactionErrors.create('EVENT_ID_CONFLICT', {
    message: `the id ${id} belongs to another event than the append to ${stream} has it for: give each event its own`,
    context: { stream, id },
  });
}

export function eventStoreClosed(): HoldfastError<'EVENT_STORE_CLOSED'> {
  return transactionErrors.create('EVENT_STORE_CLOSED', { message: 'the event store is closed' });
}
