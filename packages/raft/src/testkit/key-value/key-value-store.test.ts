import { describe, expect, test } from 'vitest';
import { encodeCommand, type KeyValueChange } from './command.ts';
import { KeyValueStore } from './key-value-store.ts';

const open = encodeCommand({ kind: 'open-session' });

function command(session: number, sequence: number, change: KeyValueChange): string {
  return encodeCommand({ kind: 'session-command', session, sequence, change });
}

function put(session: number, sequence: number, value: number): string {
  return command(session, sequence, { kind: 'put', key: 'x', value });
}

describe('KeyValueStore', () => {
  test('answers a command that is tried again as before, and does not execute it again', () => {
    const store = new KeyValueStore();
    expect(store.apply(open, 1)).toEqual({ kind: 'session-opened', session: 1 });
    const swap = command(1, 1, { kind: 'cas', key: 'x', expected: null, value: 7 });
    expect(store.apply(swap, 2)).toEqual({ kind: 'cas', swapped: true });
    expect(store.apply(swap, 3)).toEqual({ kind: 'cas', swapped: true });
    expect(store.get('x')).toBe(7);
  });

  test('does not execute what a later command of the session has overtaken', () => {
    const store = new KeyValueStore();
    store.apply(open, 1);
    store.apply(put(1, 2, 2), 2);
    expect(store.apply(put(1, 1, 1), 3)).toEqual({ kind: 'overtaken' });
    expect(store.get('x')).toBe(2);
  });

  test('forgets the session that was used longest ago when there are too many', () => {
    const store = new KeyValueStore(2);
    store.apply(open, 1);
    store.apply(open, 2);
    store.apply(put(1, 1, 5), 3);
    store.apply(open, 4);
    expect(store.apply(put(2, 1, 6), 5)).toEqual({ kind: 'session-expired' });
    expect(store.apply(put(1, 1, 5), 6)).toEqual({ kind: 'put' });
    expect(store.get('x')).toBe(5);
  });

  test('is the same after it was saved and restored, sessions and digest too', () => {
    const store = new KeyValueStore(2);
    store.apply(open, 1);
    store.apply(put(1, 1, 5), 2);
    const copy = new KeyValueStore(2);
    copy.restore(store.save());
    expect(copy.digest).toBe(store.digest);
    expect(copy.get('x')).toBe(5);
    expect(copy.apply(put(1, 1, 5), 3)).toEqual(store.apply(put(1, 1, 5), 3));
    expect(copy.save()).toEqual(store.save());
  });
});
