import { type Random, seededRandom } from '@holdfast/core';
import { describe, expect, test } from 'vitest';
import type { History } from '../../src/check/history/history.ts';
import { checkLinearizability } from '../../src/check/linearizability/linearizability.ts';
import { bruteForce } from './brute-force.ts';
import { execute } from './execution.ts';
import { mutate, mutations } from './mutations.ts';
import { type Anything, sequentialObject, sequentialObjects } from './sequential-objects.ts';

describe.each(sequentialObjects)('of a $name', (object) => {
  test('a history of real use is linearizable', () => {
    let undecided = 0;
    for (let seed = 0; seed < 80; seed++) {
      const random = seededRandom(seed);
      const [clients, operations] = [random.below(8) + 1, random.below(60) + 1];
      const history = execute(object, { seed, clients, operations, unknown: random.below(20), failed: 10 });
      const { verdict } = checkLinearizability(history, object.model, { maxSteps: 100_000 });
      expect(verdict, `seed ${seed}`).not.toBe('violated');
      if (verdict === 'undecided') undecided++;
    }
    // Queues that nobody knows what was put into and taken from are hard; nothing else is.
    expect(undecided).toBeLessThanOrEqual(object.name === 'queue' ? 4 : 0);
  });

  test('what a model tells in advance changes no verdict', () => {
    const { name, init, step } = object.model;
    const { partition } = object.model;
    const plain = { name, init, step, ...(partition && { partition }) };
    let violated = 0;
    for (let seed = 0; seed < 120; seed++) {
      const random = seededRandom(seed);
      const history = execute(object, { seed, operations: 14, clients: 4, unknown: 12, failed: 5 });
      const changed = seed % 3 === 0 ? history : mutateSomehow(history, random);
      const { verdict } = checkLinearizability(changed, plain, { maxSteps: 50_000 });
      if (verdict === 'undecided') continue;
      expect(checkLinearizability(changed, object.model).verdict, `seed ${seed}`).toBe(verdict);
      if (verdict === 'violated') violated++;
    }
    expect(violated).toBeGreaterThan(15);
  });

  test('a small history gets the verdict that trying every order gives', () => {
    const verdicts = { ok: 0, violated: 0 };
    for (let seed = 0; seed < 500; seed++) {
      const random = seededRandom(seed);
      const operations = random.below(5) + 3;
      const history = execute(object, { seed, operations, clients: 3, unknown: random.below(40), failed: 5 });
      const changed = seed % 3 === 0 ? history : mutateSomehow(history, random);
      const result = checkLinearizability(changed, object.model);
      const expected = bruteForce(object, changed.operations) ? 'ok' : 'violated';
      expect(result.verdict, JSON.stringify(changed, null, 1)).toBe(expected);
      verdicts[expected]++;
    }
    expect(verdicts.ok).toBeGreaterThan(60);
    expect(verdicts.violated).toBeGreaterThan(60);
  });
});

/** Makes a mutation that there is something for. */
function mutateSomehow(history: History<Anything, Anything>, random: Random): History<Anything, Anything> {
  const kinds = Object.keys(mutations);
  for (let attempt = 0; attempt < 20; attempt++) {
    const changed = mutate(history, kinds[random.below(kinds.length)]!, random);
    if (changed !== undefined) return changed;
  }
  return history;
}

test.each(Object.keys(mutations))('finds: %s', (kind) => {
  let found = 0;
  for (const object of sequentialObjects) {
    for (let seed = 0; seed < 60; seed++) {
      const random = seededRandom(`${kind} ${seed}`);
      const history = execute(object, { seed, operations: 7, clients: 3, unknown: 10 });
      const changed = mutate(history, kind, random);
      if (changed === undefined) continue;
      const isRight = bruteForce(object, changed.operations);
      const result = checkLinearizability(changed, object.model);
      expect(result.verdict, JSON.stringify(changed, null, 1)).toBe(isRight ? 'ok' : 'violated');
      if (result.verdict !== 'violated') continue;
      found++;
      const { culprit, smallest } = result.witness;
      expect(smallest).toContain(culprit);
      expect(checkLinearizability(smallest, object.model).verdict).toBe('violated');
    }
  }
  expect(found).toBeGreaterThan(3);
});

test('finds one stale read among thousands of operations, and shows it with few', () => {
  const object = sequentialObject('key-value store');
  let found = 0;
  for (let seed = 0; seed < 5; seed++) {
    const history = execute(object, { seed, operations: 2000, clients: 10, unknown: 1 });
    const changed = mutate(history, 'stale read', seededRandom(seed));
    const result = checkLinearizability(changed!, object.model);
    if (result.verdict !== 'violated') continue;
    found++;
    expect(result.witness.smallest.length).toBeLessThanOrEqual(6);
  }
  expect(found).toBeGreaterThan(2);
});
