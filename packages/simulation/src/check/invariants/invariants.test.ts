import { describe, expect, test } from 'vitest';
import { atMostOne, neverChanges, neverFalls } from './invariants.ts';

interface Run {
  names: string[];
  values: [string, number][];
}

const run = (names: string[], ...values: [string, number][]): Run => ({ names, values });

describe('atMostOne', () => {
  test('allows none and one, and names two', () => {
    const oneLeader = atMostOne('leader', ({ names }: Run) => names);
    expect(oneLeader(run([]))).toBeUndefined();
    expect(oneLeader(run(['a']))).toBeUndefined();
    expect(oneLeader(run(['a', 'c', 'd']))).toBe('two of leader at once: a and c');
  });
});

describe('neverFalls', () => {
  test('allows what stays or rises, and says what fell', () => {
    const terms = neverFalls('term', ({ values }: Run) => values);
    const state = run([], ['a', 3], ['b', 1]);
    expect(terms(state)).toBeUndefined();
    state.values = [
      ['a', 3],
      ['b', 5],
    ];
    expect(terms(state)).toBeUndefined();
    state.values = [['b', 4]];
    expect(terms(state)).toBe('term of b fell from 5 to 4');
  });

  test('knows nothing of another run', () => {
    const terms = neverFalls('term', ({ values }: Run) => values);
    expect(terms(run([], ['a', 3]))).toBeUndefined();
    expect(terms(run([], ['a', 1]))).toBeUndefined();
  });
});

describe('neverChanges', () => {
  test('holds each value to what it was first', () => {
    const entries = neverChanges('entry', ({ values }: Run) => values);
    const state = run([], ['7', 3]);
    expect(entries(state)).toBeUndefined();
    state.values.push(['8', 4]);
    expect(entries(state)).toBeUndefined();
    state.values = [['7', 4]];
    expect(entries(state)).toBe('entry of 7 changed from 3 to 4');
  });
});
