import { ManualWorld, seededRandom } from '@holdfast/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadShedder } from './load-shedder.ts';
import { ShedderCore } from './shedder-core.ts';

describe('a load shedder', () => {
  test('lets everybody in while there is room', () => {
    const shedder = loadShedder({ load: () => 0.5, world: new ManualWorld() });
    for (let call = 0; call < 1_000; call++) expect(shedder.executeSync(() => call)).toBe(call);
    expect(shedder.idle).toBe(true);
  });

  test('sheds the least important first, and the most important never', async () => {
    const world = new ManualWorld();
    const shedder = loadShedder({ load: () => 1, world });
    const shed = [0, 0, 0, 0];
    for (let round = 0; round < 500; round++) {
      for (const priority of [0, 1, 2, 3]) {
        const outcome = await shedder.tryExecute(() => 'done', { priority });
        if (!outcome.ok) shed[priority]!++;
      }
      world.advanceSync('10ms');
    }
    expect(shed[0]).toBe(0);
    expect(shed[3]!).toBeGreaterThan(shed[2]!);
    expect(shed[2]!).toBeGreaterThan(shed[1]!);
    expect(await shedder.tryExecute(() => 'done', { priority: 3 })).toMatchObject({
      error: { code: 'LOAD_SHED', executed: 'no', context: { priority: 3, load: 1 } },
    });
  });

  test('lets them in again when the load is gone', () => {
    const core = new ShedderCore({ priorities: 4, loadMax: 0.9, interval: 100_000 });
    const random = seededRandom(1);
    let now = 0;
    const run = (load: number, seconds: number) => {
      for (const end = now + seconds * 1_000_000; now < end; now += 2_000)
        core.admit(now % 4, load, now, random);
    };
    run(1, 10);
    expect(core.level).toBe(1);
    run(0.5, 40);
    expect(core.level).toBe(4);
  });

  test('never treats a call worse than a less important one that comes at the same moment', () => {
    const loads = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 300 });
    fc.assert(
      fc.property(loads, (list) => {
        const core = new ShedderCore({ priorities: 8, loadMax: 0.8, interval: 10_000 });
        const random = seededRandom(2);
        list.forEach((load, index) => {
          const now = index * 1_000;
          core.admit(7, load, now, random);
          const admitted = [0, 1, 2, 3, 4, 5, 6, 7].map((priority) => priority + 1 <= core.level);
          expect(admitted).toEqual([...admitted].sort((a, b) => Number(b) - Number(a)));
          expect(core.level).toBeGreaterThanOrEqual(1);
          expect(core.level).toBeLessThanOrEqual(8);
        });
      }),
    );
  });

  test('names the option that cannot work', () => {
    expect(() => loadShedder({ load: () => 0, loadMax: 2 })).toThrow(/loadMax/);
    expect(() => loadShedder({ load: () => 0, priorities: 0 })).toThrow(/priorities/);
  });
});
