import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ManualWorld } from '../world/manual-world.ts';
import type { World } from '../world/world.ts';
import { isId, newId } from './id.ts';

const millisOf = (id: string): number => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);

describe('newId', () => {
  test('ascends strictly, whatever the wall clock does', () => {
    const jump = fc.oneof(fc.integer({ min: -10, max: 10 }), fc.integer({ min: -1e13, max: 1e13 }));
    fc.assert(
      fc.property(fc.string(), fc.array(jump, { minLength: 1, maxLength: 50 }), (seed, jumps) => {
        const world = new ManualWorld({ seed });
        let last = '';
        for (const millis of jumps) {
          world.jumpWall(millis);
          for (let count = 0; count < 3; count++) {
            const id = newId(world);
            expect(isId(id)).toBe(true);
            expect(id > last).toBe(true);
            last = id;
          }
        }
      }),
    );
  });

  test('carries the milliseconds of the wall clock', () => {
    const world = new ManualWorld({ wall: Date.UTC(2030, 5, 1) });
    expect(millisOf(newId(world))).toBe(Date.UTC(2030, 5, 1));
    world.advanceSync('1s');
    expect(millisOf(newId(world))).toBe(Date.UTC(2030, 5, 1) + 1_000);
  });

  test('a counter at its end borrows the next millisecond', () => {
    const world = new ManualWorld();
    const random = { ...world.random, uint32: () => 0, float: () => 0, below: () => 2 ** 32 - 1 };
    const full: World = {
      clock: world.clock,
      timers: world.timers,
      random: { ...random, fork: () => random },
    };
    const [first, second] = [newId(full), newId(full)];
    expect(millisOf(second)).toBe(millisOf(first) + 1);
    expect(second > first).toBe(true);
  });

  test('ids of one seed are the same, and drawing them shifts no other stream', () => {
    const [a, b] = [new ManualWorld({ seed: 1 }), new ManualWorld({ seed: 1 })];
    expect(newId(a)).toBe(newId(b));
    expect(newId(a)).toBe('019b76da-a800-7386-8057-b519192511ca');
    expect(a.random.uint32()).toBe(new ManualWorld({ seed: 1 }).random.uint32());
  });

  test('on the platform, many in one millisecond are distinct and ascend', () => {
    const ids = Array.from({ length: 20_000 }, () => newId());
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.toSorted()).toEqual(ids);
    expect(ids.every(isId)).toBe(true);
  });
});

test('isId takes UUIDs of version 7 in lower case, and nothing else', () => {
  const id = '019b76da-a800-7a3c-9f21-5d1c8e0b4a67';
  expect(isId(id)).toBe(true);
  for (const other of [id.toUpperCase(), id.replace('-7', '-4'), id.slice(1), `${id} `, '', 7, null]) {
    expect(isId(other)).toBe(false);
  }
});
