import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emptyConfiguration } from '../membership/membership.ts';
import type { Entry } from './entry.ts';
import { Log } from './log.ts';
import type { SnapshotMetadata } from './stored-state.ts';

function entry(index: number, term: number, bytes = 10): Entry<string> {
  return { kind: 'command', index, term, bytes, command: `${index}/${term}` };
}

function snapshotOf(index: number, term: number): SnapshotMetadata {
  return { id: `${index}`, index, term, configuration: emptyConfiguration, configurationIndex: 0, bytes: 0 };
}

function logOf(...terms: number[]): Log<string> {
  const log = new Log<string>(0, 0, undefined);
  for (const [place, term] of terms.entries()) log.append(entry(place + 1, term));
  return log;
}

describe('what must never happen is stopped, with the numbers', () => {
  test.each<[string, (log: Log<string>) => void]>([
    ['entry 7 appended after 5', (log) => log.append(entry(7, 3))],
    ['entry 6 of term 2 after term 3', (log) => log.append(entry(6, 2))],
    ['truncation from 2, but 2 is committed', (log) => log.truncateFrom(2)],
    ['commit falls from 2 to 1', (log) => log.commitTo(1)],
    ["commit 6 beyond the log's end 5: it lost entries", (log) => log.commitTo(6)],
    ['snapshot of 3, but only 2 is committed', (log) => log.compact(snapshotOf(3, 1), 3)],
    ['snapshot of 2 installed, but 2 is committed', (log) => log.restore(snapshotOf(2, 1))],
  ])('%s', (message, act) => {
    const log = logOf(1, 1, 1, 3, 3);
    log.commitTo(2);
    expect(() => act(log)).toThrow(message);
  });
});

test('a batch has one entry at least, and no more bytes than it may', () => {
  const log = new Log<string>(0, 0, undefined);
  for (const [place, bytes] of [50, 30, 20, 80, 0].entries()) log.append(entry(place + 1, 1, bytes));
  const ends = [10, 50, 80, 99, 100, 1000].map((bytesMax) => log.batchEnd(1, 6, bytesMax));
  expect(ends).toEqual([2, 2, 3, 3, 4, 6]);
  expect(log.batchEnd(6, 6, 10)).toBe(6);
});

test('a voter prefers the later last term, then the longer log', () => {
  const log = logOf(1, 2, 2);
  const upToDate = (index: number, term: number): boolean => log.isUpToDate(index, term);
  expect([upToDate(3, 2), upToDate(4, 2), upToDate(1, 3), upToDate(2, 2), upToDate(9, 1)]).toEqual([
    true,
    true,
    true,
    false,
    false,
  ]);
});

test('a snapshot takes the place of everything', () => {
  const log = logOf(1, 1, 2);
  log.restore(snapshotOf(10, 4));
  expect([log.baseIndex, log.lastIndex, log.lastTerm, log.commit]).toEqual([10, 10, 4, 10]);
  expect([log.termAt(3), log.termAt(10), log.entryAt(10)]).toEqual([undefined, 4, undefined]);
  log.append(entry(11, 5));
  expect(log.lastIndexAtMost(11, 4)).toBe(10);
  expect(log.lastIndexAtMost(11, 3)).toBe(9);
});

/** What may be done to a log, in any order; what makes no sense at that point is left out. */
const steps = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('append' as const), rise: fc.integer({ min: 0, max: 2 }) }),
    fc.record({ kind: fc.constant('truncate' as const), at: fc.nat(30) }),
    fc.record({ kind: fc.constant('commit' as const), at: fc.nat(30) }),
    fc.record({ kind: fc.constant('compact' as const), at: fc.nat(30), tail: fc.nat(3) }),
  ),
  { maxLength: 80 },
);

test('is what a plain array of terms is', () => {
  fc.assert(
    fc.property(steps, fc.nat(40), fc.nat(12), (all, index, term) => {
      const log = new Log<string>(0, 0, undefined);
      const terms = [0]; // By index; the base has term 0.
      let commit = 0;
      let base = 0;
      for (const step of all) {
        const last = terms.length - 1;
        if (step.kind === 'append') {
          terms.push(terms[last]! + step.rise);
          log.append(entry(last + 1, terms[last + 1]!));
        } else if (step.kind === 'truncate' && step.at > commit) {
          terms.length = Math.min(terms.length, step.at);
          log.truncateFrom(step.at);
        } else if (step.kind === 'commit' && step.at >= commit && step.at <= last) {
          commit = step.at;
          log.commitTo(commit);
        } else if (step.kind === 'compact' && step.at > base && step.at <= commit) {
          base = Math.max(base, step.at - step.tail);
          log.compact(snapshotOf(step.at, terms[step.at]!), base);
        }
      }
      const known = terms.map((each, place) => (place < base ? undefined : each));
      expect(Array.from({ length: 40 }, (_, place) => log.termAt(place))).toEqual(
        Array.from({ length: 40 }, (_, place) => known[place]),
      );
      expect([log.lastIndex, log.lastTerm, log.commit]).toEqual([terms.length - 1, terms.at(-1), commit]);
      expect(log.slice(base + 1, terms.length).map((each) => each.index)).toEqual(
        terms.flatMap((_, place) => (place > base ? [place] : [])),
      );
      // Each entry has 10 bytes.
      const end = Math.max(base, Math.min(index, terms.length - 1));
      expect(log.countWithin(term * 5, end)).toBe(Math.min(end - base, Math.floor(term / 2)));
      const atMost = known.findLastIndex(
        (each, place) => place <= index && each !== undefined && each <= term,
      );
      const expected = atMost >= 0 ? atMost : index < base ? index : Math.max(0, base - 1);
      expect(log.lastIndexAtMost(index, term)).toBe(expected);
    }),
    { numRuns: 300 },
  );
});
