import { coreErrors, errorToJson } from '@holdfast/core';
import { expect, test } from 'vitest';
import type { StoredRun } from '../ledger/run.ts';
import { encodeEvent, type TwoPhaseEvent } from './event.ts';
import { judgeOrphan } from './judge-orphan.ts';

const error = errorToJson(coreErrors.create('UNEXPECTED', { message: 'the last resource refuses' }));
const transaction = 'hf:ledger00:1:t';
const decision = { transaction, writers: ['a'] };
const began: TwoPhaseEvent = { kind: 'began' };
const delegated: TwoPhaseEvent = { kind: 'delegated', last: 'c', decision };

test.each<[string, string, readonly TwoPhaseEvent[]]>([
  ['working', 'leave', [began]],
  ['left to a last resource', 'leave', [began, delegated]],
  ['decided', 'leave', [began, { kind: 'decided', decision }]],
  [
    'committed',
    'commit',
    [began, { kind: 'ended', end: { status: 'committed', decision, unconfirmed: [] } }],
  ],
  ['rolled back', 'roll-back', [began, { kind: 'ended', end: { status: 'rolled-back', error } }]],
  [
    'rolled back because a last resource was',
    'roll-back',
    [began, delegated, { kind: 'ended', end: { status: 'rolled-back', error } }],
  ],
])('a branch in doubt of a transaction that is %s: %s', (_, judgement, events) => {
  const run: StoredRun = {
    id: 't',
    type: 'two-phase/transfer',
    version: 1,
    status: 'running',
    note: undefined,
    createdAt: 0,
    changedAt: 0,
    owned: false,
    records: events.map(encodeEvent),
    messages: [],
  };
  expect(judgeOrphan({ transaction, resource: 'a' }, run)).toBe(judgement);
});
