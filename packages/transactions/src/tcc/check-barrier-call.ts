import { invalidArgument } from '@holdfast/core';
import type { BarrierCall } from './barrier-call.ts';

const transactionCharactersMax = 220;
const branchCharactersMax = 40;

/** @throws HoldfastError INVALID_ARGUMENT naming the field: calls come from outside. */
export function checkBarrierCall(call: BarrierCall): void {
  if (typeof call !== 'object' || call === null) throw invalidArgument('call', call, 'an object');
  checkText('call.transaction', call.transaction, transactionCharactersMax);
  checkText('call.branch', call.branch, branchCharactersMax);
  const { operation, expiresAt } = call;
  if (operation !== 'try' && operation !== 'confirm' && operation !== 'cancel') {
    throw invalidArgument('call.operation', operation, "'try', 'confirm' or 'cancel'");
  }
  if (expiresAt !== undefined && !(Number.isSafeInteger(expiresAt) && expiresAt >= 0)) {
    throw invalidArgument('call.expiresAt', expiresAt, 'whole milliseconds since the Unix epoch');
  }
}

function checkText(field: string, value: unknown, charactersMax: number): void {
  if (typeof value !== 'string' || value === '' || value.length > charactersMax) {
    throw invalidArgument(field, value, `a text of 1 to ${charactersMax} characters`);
  }
}
