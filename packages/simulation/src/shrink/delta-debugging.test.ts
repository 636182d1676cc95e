import { describe, expect, test } from 'vitest';
import { deltaDebug } from './delta-debugging.ts';

const hundred = Array.from({ length: 100 }, (_, index) => index);

describe('deltaDebug', () => {
  test('keeps nothing when nothing is needed, after one try', async () => {
    let tries = 0;
    const left = await deltaDebug(hundred, async () => {
      tries++;
      return true;
    });
    expect(left).toEqual([]);
    expect(tries).toBe(1);
  });

  test.each([[[42]], [[0, 99]], [[3, 50, 51, 98]], [[10, 20, 30, 40, 50, 60, 70]]])(
    'finds exactly %j among a hundred, in few tries',
    async (needed) => {
      let tries = 0;
      const left = await deltaDebug(hundred, async (candidate) => {
        tries++;
        return needed.every((item) => candidate.includes(item));
      });
      expect(left).toEqual(needed);
      expect(tries).toBeLessThan(200);
    },
  );

  test('what is left cannot lose any one item, also where parts depend on each other', async () => {
    // Fails with an odd number of even items: no part need fail because the whole does.
    const fails = async (candidate: readonly number[]) =>
      candidate.filter((item) => item % 2 === 0).length % 2 === 1;
    const left = await deltaDebug(hundred.slice(0, 98), fails);
    expect(await fails(left)).toBe(true);
    expect(left).toHaveLength(1);
  });

  test('keeps all when all are needed', async () => {
    const left = await deltaDebug([1, 2, 3], async (candidate) => candidate.length === 3);
    expect(left).toEqual([1, 2, 3]);
  });
});
