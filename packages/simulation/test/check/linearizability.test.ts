import { seededRandom } from '@holdfast/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkLinearizability } from '../../src/check/linearizability/linearizability.ts';
import { bruteForce } from './brute-force.ts';
import { execute } from './execution.ts';
import { mutate, mutations } from './mutations.ts';
import { sequentialObject, sequentialObjects } from './sequential-objects.ts';

describe.each(sequentialObjects)('of a $name', (object) => {
  test('a history of real use is linearizable', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 0, max: 20 }),
        (seed, clients, operations, unknown) => {
          const history = execute(object, { seed, clients, operations, unknown, failed: 10 });
          expect(checkLinearizability(history, object.model)).toMatchObject({ verdict: 'ok' });
        },
      ),
    );
  });

  test('a small history gets the verdict that trying every order gives', () => {
    const verdicts = { ok: 0, violated: 0 };
    for (let seed = 0; seed < 1200; seed++) {
      const random = seededRandom(seed);
      const operations = random.below(5) + 3;
      const history = execute(object, { seed, operations, clients: 3, unknown: 15, failed: 5 });
      const kinds = Object.keys(mutations);
      const changed = mutate(history, kinds[random.below(kinds.length)]!, random) ?? history;
      const result = checkLinearizability(changed, object.model);
      const expected = bruteForce(object, changed.operations) ? 'ok' : 'violated';
      expect(result.verdict, JSON.stringify(changed, null, 1)).toBe(expected);
      verdicts[expected]++;
    }
    expect(verdicts.ok).toBeGreaterThan(100);
    expect(verdicts.violated).toBeGreaterThan(100);
  });
});

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
  for (let seed = 0; seed < 20; seed++) {
    const history = execute(object, { seed, operations: 3000, clients: 10, unknown: 1 });
    const changed = mutate(history, 'stale read', seededRandom(seed));
    const result = checkLinearizability(changed!, object.model);
    if (result.verdict !== 'violated') continue;
    found++;
    expect(result.witness.smallest.length).toBeLessThanOrEqual(6);
  }
  expect(found).toBeGreaterThan(10);
});
