import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { anySignal } from './any-signal.ts';

const listeners = (...signals: AbortSignal[]): number[] =>
  signals.map((signal) => getEventListeners(signal, 'abort').length);

describe('anySignal', () => {
  test('aborts with the reason of the first source that does, and lets go of all', () => {
    const [a, b] = [new AbortController(), new AbortController()];
    const { signal } = anySignal([a.signal, undefined, b.signal, b.signal]);
    expect(signal.aborted).toBe(false);
    expect(listeners(a.signal, b.signal)).toEqual([1, 1]);
    b.abort('b');
    a.abort('a');
    expect(signal.reason).toBe('b');
    expect(listeners(a.signal, b.signal)).toEqual([0, 0]);
  });

  test('disposed, it holds no listener and no longer aborts', () => {
    const source = new AbortController();
    const composed = Array.from({ length: 1_000 }, () => anySignal([source.signal]));
    expect(listeners(source.signal)).toEqual([1]);
    for (const one of composed) one.dispose();
    expect(listeners(source.signal)).toEqual([0]);
    source.abort();
    expect(composed[0]!.signal.aborted).toBe(false);
  });

  test('has aborted from the start when a source has, without touching the others', () => {
    const [before, after] = [new AbortController(), new AbortController()];
    const { signal } = anySignal([before.signal, AbortSignal.abort('early'), after.signal]);
    expect(signal.reason).toBe('early');
    expect(listeners(before.signal, after.signal)).toEqual([0, 0]);
  });

  test('of nothing never aborts', () => {
    expect(anySignal([undefined]).signal.aborted).toBe(false);
  });
});
