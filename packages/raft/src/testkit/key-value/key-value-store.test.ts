import { describe, expect, test } from 'vitest';
import { encodeCommand, type KeyValueChange } from './command.ts';
import { KeyValueStore } from './key-value-store.ts';

function open(time = 0, instead: number | null = null): string {
  return encodeCommand({ kind: 'open-session', instead }, time);
}

function command(session: number, sequence: number, change: KeyValueChange, time = 0): string {
  return encodeCommand({ kind: 'session-command', session, sequence, answeredBelow: sequence, change }, time);
}

function put(session: number, sequence: number, value: number, time = 0): string {
  return command(session, sequence, { kind: 'put', key: 'x', value }, time);
}

describe('KeyValueStore', () => {
  test('answers a command that is tried again as before, and does not execute it again', () => {
    const store = new KeyValueStore();
    expect(store.apply(open(), 1)).toEqual({ kind: 'session-opened', session: 1 });
    const swap = command(1, 1, { kind: 'cas', key: 'x', expected: null, value: 7 });
    expect(store.apply(swap, 2)).toEqual({ kind: 'cas', swapped: true });
    expect(store.apply(swap, 3)).toEqual({ kind: 'cas', swapped: true });
    expect(store.get('x')).toBe(7);
  });

  test('does not execute what its client has said not to wait for', () => {
    const store = new KeyValueStore();
    store.apply(open(), 1);
    store.apply(put(1, 2, 2), 2);
    expect(store.apply(put(1, 1, 1), 3)).toEqual({ kind: 'answered' });
    expect(store.get('x')).toBe(2);
  });

  test('does not execute commands of a session that is gone: displaced, idle for too long, or closed', () => {
    const store = new KeyValueStore({ sessionsMax: 2, idleMax: 100 });
    store.apply(open(), 1);
    store.apply(open(), 2);
    store.apply(put(1, 1, 5), 3);
    store.apply(open(), 4);
    expect(store.apply(put(2, 1, 6), 5)).toEqual({ kind: 'session-ended' });
    expect(store.apply(put(4, 1, 7, 100), 6)).toEqual({ kind: 'session-ended' });
    store.apply(open(100), 7);
    store.apply(open(100, 7), 8);
    expect(store.apply(put(7, 1, 8), 9)).toEqual({ kind: 'session-ended' });
    expect(store.apply(put(8, 1, 9), 10)).toEqual({ kind: 'put' });
    expect(store.get('x')).toBe(9);
  });

  test('is the same after it was saved and restored, sessions and digest too', () => {
    const store = new KeyValueStore({ sessionsMax: 2 });
    store.apply(open(), 1);
    store.apply(put(1, 1, 5), 2);
    const copy = new KeyValueStore({ sessionsMax: 2 });
    copy.restore(store.save());
    expect(copy.digest).toBe(store.digest);
    expect(copy.get('x')).toBe(5);
    expect(copy.apply(put(1, 1, 5), 3)).toEqual(store.apply(put(1, 1, 5), 3));
    expect(copy.save()).toEqual(store.save());
  });

  test('its digest tells that it answered otherwise', () => {
    const [one, other] = [new KeyValueStore({ sessionsMax: 1 }), new KeyValueStore({ sessionsMax: 2 })];
    for (const store of [one, other]) {
      store.apply(open(), 1);
      store.apply(open(), 2);
    }
    expect(one.digest).toBe(other.digest);
    for (const store of [one, other]) store.apply(put(1, 1, 5), 3);
    expect(one.digest).not.toBe(other.digest);
  });
});
