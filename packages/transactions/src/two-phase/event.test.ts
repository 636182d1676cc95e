import { coreErrors, errorToJson } from '@holdfast/core';
import { describe, expect, test } from 'vitest';
import { decodeEvent, encodeEvent, type TwoPhaseEvent } from './event.ts';
import { apply, readTransaction } from './transaction-state.ts';

const error = errorToJson(coreErrors.create('UNEXPECTED', { message: 'no money' }));
const decision = { transaction: 'hf:ledger00:1:t', writers: ['a', 'b'], value: { moved: 5 } };
const lives: Readonly<Record<string, readonly TwoPhaseEvent[]>> = {
  'a commit': [
    { kind: 'began', input: 5 },
    { kind: 'interrupted' },
    { kind: 'decided', decision },
    { kind: 'found', participant: 'b', found: 'rolled back' },
    { kind: 'ended', end: { status: 'committed', decision, unconfirmed: ['a'] } },
  ],
  'a commit by a last resource': [
    { kind: 'began' },
    { kind: 'delegated', last: 'c', decision },
    { kind: 'decided', decision },
    { kind: 'ended', end: { status: 'committed', decision, unconfirmed: [] } },
  ],
  'a rollback with something to tell': [
    { kind: 'began', input: null },
    { kind: 'aborted', error },
    { kind: 'found', participant: 'a', found: 'committed' },
    { kind: 'ended', end: { status: 'rolled-back', error } },
  ],
};

describe('the records of a two-phase commit', () => {
  test.each(Object.entries(lives))('of %s say after each one where it is', (_, events) => {
    const records = events.map(encodeEvent);
    expect(records.map(decodeEvent)).toEqual(events);
    let live = readTransaction(records.slice(0, 1));
    for (const [index, event] of events.entries()) {
      if (index > 0) live = apply(live, event);
      expect(readTransaction(records.slice(0, index + 1))).toEqual(live);
    }
    expect(live.phase).toBe('ended');
  });

  test('that cannot be are refused', () => {
    expect(() => decodeEvent(Uint8Array.of(2, 0))).toThrow('of no known format');
    expect(() => decodeEvent(Uint8Array.of(1, 99))).toThrow('of no known kind');
    const records = [{ kind: 'began' }, { kind: 'aborted', error }, { kind: 'decided', decision }] as const;
    expect(() => readTransaction(records.map(encodeEvent))).toThrow(
      '"decided" of a two-phase commit follows',
    );
  });
});
