import { seededRandom } from '@holdfast/core';
import { describe, expect, test } from 'vitest';
import { History } from '../../src/check/history/history.ts';
import { checkSerializability, type Isolation } from '../../src/check/serializability/serializability.ts';
import type {
  ListValue,
  TransactionAnswer,
  TransactionStep,
} from '../../src/check/serializability/transaction.ts';
import { disturb, executeTransactions, isSerializable, type TransactionHistory } from './transactions.ts';

type Step = [TransactionStep, readonly ListValue[] | null];
const append = (key: string, value: ListValue): Step => [{ kind: 'append', key, value }, null];
const read = (key: string, ...list: ListValue[]): Step => [{ kind: 'read', key }, list];

interface Line {
  readonly steps: readonly Step[];
  readonly outcome?: 'failed' | 'unknown';
}

const failed = (...steps: Step[]): Line => ({ steps, outcome: 'failed' });
const unknown = (...steps: Step[]): Line => ({ steps, outcome: 'unknown' });
const done = (...steps: Step[]): Line => ({ steps });

/** All at the same time, or each after the one before. */
function history(lines: readonly Line[], atOnce: boolean): TransactionHistory {
  const recorded: TransactionHistory = new History();
  const end = (id: number, { steps, outcome }: Line) => {
    if (outcome === undefined) recorded.ok(id, id, steps.map(([, answer]) => answer) as TransactionAnswer);
    else recorded[outcome](id, id);
  };
  const ids = lines.map((line, index) => {
    const id = recorded.invoke(
      index,
      `c${index}`,
      line.steps.map(([step]) => step),
    );
    if (!atOnce) end(id, line);
    return id;
  });
  if (atOnce) for (const [index, line] of lines.entries()) end(ids[index]!, line);
  return recorded;
}

const kinds = (lines: readonly Line[], isolation: Isolation, atOnce = true): string[] => {
  const { anomalies, verdict, text } = checkSerializability(history(lines, atOnce), { isolation });
  expect(verdict).toBe(anomalies.length === 0 ? 'ok' : 'violated');
  for (const { kind } of anomalies) expect(text).toContain(kind);
  return [...new Set(anomalies.map(({ kind }) => kind))];
};

describe('names what is wrong', () => {
  test.each<[string, Line[]]>([
    ['internal', [done(append('x', 1), read('x'))]],
    ['internal', [done(read('x'), append('x', 1), read('x', 1, 2)), done(append('x', 2))]],
    ['internal', [done(append('x', 2)), done(append('x', 1)), done(read('x', 1, 2), read('x', 1))]],
    ['internal', [done(read('x', 1), append('x', 1))]],
    ['G1a', [failed(append('x', 1)), done(read('x', 1))]],
    ['G1b', [done(append('x', 1), append('x', 2)), done(read('x', 1))]],
    ['unwritten', [done(read('x', 7))]],
    ['duplicate', [done(append('x', 1)), done(read('x', 1, 1))]],
    [
      'incompatible-orders',
      [done(append('x', 1)), done(append('x', 2)), done(read('x', 1, 2)), done(read('x', 2, 1))],
    ],
    ['incompatible-orders', [done(append('x', 1), append('x', 2)), done(read('x', 2, 1))]],
    ['incompatible-orders', [done(append('x', 1), append('x', 2)), done(read('x', 2))]],
    [
      'G0',
      [
        done(append('x', 1), append('y', 1)),
        done(append('x', 2), append('y', 2)),
        done(read('x', 1, 2), read('y', 2, 1)),
      ],
    ],
    ['G1c', [done(append('x', 1), read('y', 1)), done(append('y', 1), read('x', 1))]],
    ['G-single', [done(append('x', 1), append('y', 1)), done(read('x', 1), read('y'))]],
    ['G-single', [done(read('x'), append('x', 1)), done(read('x'), append('x', 2)), done(read('x', 1, 2))]],
    [
      'G-nonadjacent',
      [
        done(append('x', 1)),
        done(append('y', 1)),
        done(read('x', 1), read('y')),
        done(read('x'), read('y', 1)),
      ],
    ],
  ])('%s, whatever the isolation', (kind, lines) => {
    for (const isolation of ['snapshot-isolation', 'serializable', 'strict-serializable'] as const) {
      expect(kinds(lines, isolation)).toContain(kind);
    }
  });

  test('G2-item: two transactions that did not see each other, which snapshot isolation allows', () => {
    const skew = [
      done(read('x'), append('y', 1)),
      done(read('y'), append('x', 1)),
      done(read('x', 1), read('y', 1)),
    ];
    expect(kinds(skew, 'snapshot-isolation')).toEqual([]);
    expect(kinds(skew, 'serializable')).toEqual(['G2-item']);
    expect(kinds(skew, 'strict-serializable')).toEqual(['G2-item']);
  });

  test('a stale read: only real time forbids it', () => {
    const stale = [done(append('x', 1)), done(read('x')), done(read('x', 1))];
    expect(kinds(stale, 'serializable', false)).toEqual([]);
    expect(kinds(stale, 'strict-serializable', false)).toEqual(['G-single-realtime']);
    expect(kinds(stale, 'strict-serializable', true)).toEqual([]);
  });

  test('a stale read, long after other transactions began and ended', () => {
    const recorded: TransactionHistory = new History();
    const slow = recorded.invoke(0, 'slow', [{ kind: 'read', key: 'y' }]);
    recorded.ok(recorded.invoke(1, 'a', [{ kind: 'append', key: 'x', value: 1 }]), 2, [null]);
    const reader = recorded.invoke(3, 'b', [{ kind: 'read', key: 'x' }]);
    recorded.ok(slow, 4, [[]]);
    recorded.ok(recorded.invoke(5, 'c', [{ kind: 'read', key: 'x' }]), 6, [[]]);
    recorded.ok(reader, 7, [[1]]);
    const { anomalies } = checkSerializability(recorded);
    expect(anomalies.map(({ kind }) => kind)).toEqual(['G-single-realtime']);
    expect(checkSerializability(recorded, { isolation: 'serializable' }).verdict).toBe('ok');
  });

  test('an append that was acknowledged and never seen again', () => {
    const lost = [done(append('x', 1)), done(append('x', 2)), done(read('x', 2)), done(read('x', 2))];
    expect(kinds(lost, 'serializable', false)).toEqual([]);
    expect(kinds(lost, 'strict-serializable', false)).toContain('lost-append');
    expect(kinds(lost, 'strict-serializable', true)).toEqual([]);
  });

  test('an unknown transaction may have happened, or not', () => {
    const maybe = unknown(append('x', 1), append('y', 1));
    expect(kinds([maybe, done(read('x')), done(read('y'))], 'strict-serializable', false)).toEqual([]);
    expect(kinds([maybe, done(read('x', 1)), done(read('y', 1))], 'strict-serializable', false)).toEqual([]);
    expect(kinds([maybe, done(read('x', 1)), done(read('y'))], 'serializable', false)).toEqual([]);
    expect(kinds([maybe, done(read('x', 1), read('y'))], 'serializable', false)).toEqual(['G-single']);
    expect(
      kinds([maybe, done(read('x', 1)), done(read('y')), done(read('y', 1))], 'strict-serializable', false),
    ).toEqual(['G-single-realtime']);
  });

  test('tells a cycle step by step', () => {
    const skew = [done(read('x'), append('y', 1)), done(read('y'), append('x', 1))];
    expect(checkSerializability(history(skew, true)).text).toBe(
      [
        'not strict-serializable (G2-item: 1)',
        'G2-item: a cycle of 2 transactions',
        '  #0 c0 [read x -> [], append y 1]',
        '    comes before #1, whose append of 1 to x it did not see (rw)',
        '  #1 c1 [read y -> [], append x 1]',
        '    comes before #0, whose append of 1 to y it did not see (rw)',
      ].join('\n'),
    );
  });
});

describe('judges histories of real use', () => {
  test('what a serial database does is strictly serializable', () => {
    for (let seed = 0; seed < 60; seed++) {
      const options = { seed, transactions: 200, clients: 8, keys: 4, steps: 5, unknown: 10, failed: 10 };
      expect(checkSerializability(executeTransactions(options))).toMatchObject({ verdict: 'ok' });
    }
  });

  test('what a database with snapshots does is snapshot isolation, and mostly no more', () => {
    let skewed = 0;
    for (let seed = 0; seed < 60; seed++) {
      const options = { seed, transactions: 60, clients: 6, keys: 5, steps: 4, snapshots: true };
      const recorded = executeTransactions(options);
      expect(checkSerializability(recorded, { isolation: 'snapshot-isolation' })).toMatchObject({
        verdict: 'ok',
      });
      const { anomalies } = checkSerializability(recorded, { isolation: 'serializable' });
      for (const { kind } of anomalies) expect(kind).toBe('G2-item');
      if (anomalies.length > 0) skewed++;
    }
    expect(skewed).toBeGreaterThan(20);
  });

  test.each([
    ['serializable', false],
    ['strict-serializable', true],
  ] as const)('%s small histories are those that some order explains', (isolation, realTime) => {
    const verdicts = { ok: 0, violated: 0 };
    for (let seed = 0; seed < 4000; seed++) {
      const random = seededRandom(seed);
      const snapshots = seed % 2 === 0;
      const recorded = executeTransactions({
        seed,
        transactions: random.below(4) + 3,
        clients: 3,
        keys: 2,
        steps: 3,
        unknown: snapshots ? 0 : 20,
        failed: 4,
        snapshots,
      });
      const disturbed = seed % 3 === 0 ? recorded : (disturb(recorded, random) ?? recorded);
      const expected = isSerializable(disturbed.operations, realTime) ? 'ok' : 'violated';
      const result = checkSerializability(disturbed, { isolation });
      expect(result.verdict, `${result.text}\n${JSON.stringify(disturbed, null, 1)}`).toBe(expected);
      verdicts[expected]++;
    }
    expect(verdicts.ok).toBeGreaterThan(300);
    expect(verdicts.violated).toBeGreaterThan(300);
  });
});

test('says which value breaks the rule that values are unique', () => {
  expect(() => checkSerializability(history([done(append('x', 1)), done(append('x', 1))], true))).toThrow(
    'value is 1',
  );
  expect(() => checkSerializability([], { isolation: 'none' as Isolation })).toThrow('isolation is');
});
