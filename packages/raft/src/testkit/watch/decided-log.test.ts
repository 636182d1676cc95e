import { describe, expect, test } from 'vitest';
import type { Entry } from '../../log/entry.ts';
import { DecidedLog } from './decided-log.ts';

function entry(index: number, term: number, command: string): Entry<string> {
  return { kind: 'command', index, term, bytes: 1, command };
}

describe('DecidedLog', () => {
  test('sees that another entry is committed where one was', () => {
    const log = new DecidedLog();
    expect(log.commit('a', 2, entry(1, 1, 'x'))).toBeUndefined();
    expect(log.commit('b', 2, entry(1, 1, 'x'))).toBeUndefined();
    expect(log.commit('b', 3, entry(1, 1, 'y'))).toContain('b commits command 1@1 y');
    expect(log.commit('b', 3, entry(1, 2, 'x'))).toContain('was committed');
  });

  test('sees that two members are in other states after the same entries', () => {
    const log = new DecidedLog();
    expect(log.apply('a', 5, 42)).toBeUndefined();
    expect(log.apply('b', 5, 42)).toBeUndefined();
    expect(log.apply('c', 5, 43)).toBe('c has another state than others at index 5');
  });

  test('knows what leaders of later terms must have', () => {
    const log = new DecidedLog();
    log.commit('a', 3, entry(1, 1, 'x'));
    expect(log.isDecidedBefore(1, 3)).toBe(false);
    expect(log.isDecidedBefore(1, 4)).toBe(true);
    expect(log.isDecidedBefore(2, 4)).toBe(false);
  });

  test('takes what a witness keeps for any command', () => {
    const log = new DecidedLog();
    const withheld: Entry<string> = { kind: 'withheld', index: 1, term: 1, bytes: 0 };
    expect(log.commit('witness', 1, withheld)).toBeUndefined();
    expect(log.commit('a', 1, entry(1, 1, 'x'))).toBeUndefined();
    expect(log.commit('witness', 1, withheld)).toBeUndefined();
    expect(log.commit('b', 1, entry(1, 1, 'y'))).toContain('was committed');
  });
});
