import { expect, test } from 'vitest';
import { Lookout } from './lookout.ts';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('it tells what was seen last, asks anew once it has rested, and waits for nobody', async () => {
  let asked = 0;
  const lookout = new Lookout(async () => ++asked, 0, 100);
  expect(lookout.lately(1)).toBe(0);
  await settled();
  expect(lookout.lately(50)).toBe(1);
  expect(lookout.lately(101)).toBe(1);
  await settled();
  expect(lookout.lately(150)).toBe(2);
  expect(asked).toBe(2);
});

test('a look that fails leaves what was seen before', async () => {
  let fails = false;
  const lookout = new Lookout(
    async () => {
      if (fails) throw new Error('nobody answers');
      return 'seen';
    },
    'nothing',
    1,
  );
  lookout.lately(1);
  await settled();
  fails = true;
  lookout.lately(10);
  await settled();
  expect(lookout.lately(11)).toBe('seen');
});
