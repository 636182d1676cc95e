import type { HoldfastError } from '@holdfast/core';
import { transactionErrors } from '../errors.ts';

export function brokerClosed(): HoldfastError<'BROKER_CLOSED'> {
  return transactionErrors.create('BROKER_CLOSED', { message: 'the broker is closed' });
}
