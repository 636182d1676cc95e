import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  branchText,
  checkRunId,
  readBranchText,
  readTransactionName,
  transactionName,
  transactionPrefix,
} from './branch-id.ts';

const ledgerIds = fc.stringMatching(/^[a-z0-9]{8}$/);
const runIds = fc.stringMatching(/^[\x21-\x7e]{1,40}$/);
const resources = fc.stringMatching(/^[A-Za-z0-9._-]{1,40}$/);
const names = fc.record({ ledgerId: ledgerIds, epoch: fc.nat(), runId: runIds });

describe('the name of a branch', () => {
  test('is read as it was written, whatever the run is called', () => {
    fc.assert(
      fc.property(names, resources, (name, resource) => {
        const transaction = transactionName(name);
        expect(readTransactionName(transaction)).toEqual(name);
        expect(readBranchText(branchText({ transaction, resource }))).toEqual({ transaction, resource });
        expect(transaction.startsWith(transactionPrefix(name.ledgerId))).toBe(true);
        expect(transaction.length).toBeLessThanOrEqual(64);
      }),
    );
  });

  test('of somebody else is not taken for one of a ledger', () => {
    for (const text of [
      '',
      ':',
      'hf:',
      'hf:short:1:run:a',
      'xa:ledger00:1:run:a',
      'hf:ledger00:1:run',
      'hf:ledger00:1:a b:c',
    ]) {
      expect(readBranchText(text), text).toBeUndefined();
    }
  });

  test('takes ids of 1 to 40 printable characters', () => {
    for (const id of ['', 'x'.repeat(41), 'with space', 'ünïcode', 'line\nbreak']) {
      expect(() => checkRunId(id), id).toThrow('id is');
    }
    checkRunId('0190b6da-a800-7a3c-9f21-5d1c8e0b4a67');
  });
});
