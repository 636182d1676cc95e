import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DoneBranch, planCommit } from './plan-commit.ts';

const abilities = fc
  .record({ prepare: fc.boolean(), settle: fc.boolean() })
  .filter((able) => able.prepare || able.settle);
const branches = fc
  .array(fc.record({ abilities, wrote: fc.boolean() }), { minLength: 1, maxLength: 6 })
  .map((list) => list.map((branch, index): DoneBranch => ({ ...branch, resource: `r${index}` })))
  .filter((list) => list.filter((branch) => !branch.abilities.prepare).length <= 1);

describe('the plan of a commit', () => {
  test('has every writer once, no reader, and asks nobody for what it cannot do', () => {
    fc.assert(
      fc.property(branches, (all) => {
        const { prepare, last } = planCommit(all);
        const planned = [...prepare, ...(last === undefined ? [] : [last])].sort();
        expect(planned).toEqual(
          all
            .filter(({ wrote }) => wrote)
            .map(({ resource }) => resource)
            .sort(),
        );
        const able = (name: string) => all.find(({ resource }) => resource === name)!.abilities;
        for (const name of prepare) expect(able(name).prepare).toBe(true);
        if (last !== undefined) expect(able(last).settle).toBe(true);
      }),
    );
  });

  test('of a single writer that can tell later is one phase', () => {
    fc.assert(
      fc.property(branches, (all) => {
        const writers = all.filter(({ wrote }) => wrote);
        if (writers.length !== 1 || !writers[0]!.abilities.settle) return;
        expect(planCommit(all)).toEqual({ prepare: [], last: writers[0]!.resource });
      }),
    );
  });
});
