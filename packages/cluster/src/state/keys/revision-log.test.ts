import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Arena } from '../memory/arena.ts';
import { RevisionLog } from './revision-log.ts';
import { Versions } from './versions.ts';

test('the revision log reads on from anywhere, after any removals', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(3), { minLength: 1, maxLength: 40 }),
      fc.integer({ min: 1, max: 80 }),
      fc.infiniteStream(fc.nat(9)),
      fc.nat(),
      (extra, scale, chances, startAt) => {
        const versions = new Versions(new Arena());
        const log = new RevisionLog(versions);
        const model: { mod: number; sub: number; address: number }[] = [];
        let mod = 1;
        for (let round = 0; round < extra.length * scale; round++) {
          mod++;
          for (let sub = 0; sub <= extra[round % extra.length]!; sub++) {
            const address = versions.createTombstone(mod, sub);
            log.append(address);
            model.push({ mod, sub, address });
          }
        }
        const kept = model.filter(({ address }) => {
          const keep = chances.next().value === 0;
          if (!keep) log.remove(address);
          return keep;
        });
        expect(log.count).toBe(kept.length);
        const into = new Uint32Array(50);
        const start = model[startAt % model.length]!;
        const expected = kept.filter(
          (one) => one.mod > start.mod || (one.mod === start.mod && one.sub >= start.sub),
        );
        const count = log.read(start.mod, start.sub, into);
        expect([...into.subarray(0, count)]).toEqual(expected.slice(0, 50).map(({ address }) => address));
      },
    ),
    { numRuns: 50 },
  );
});
