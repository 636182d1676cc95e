import { beforeEach, expect, test } from 'vitest';
import { type KeepOptions, KeptAnswers, windowKey } from './kept-answers.ts';

let now = 0;
let asked = 0;
beforeEach(() => {
  now = 1_000;
  asked = 0;
});

const kept = (options: Partial<KeepOptions> = {}) =>
  new KeptAnswers<number>({ goodMillis: 100, timesTook: 0, keptMax: 2, now: () => now, ...options });
const find = async (): Promise<number> => ++asked;

test('an answer is found once for all who ask, until it is no longer good', async () => {
  const answers = kept();
  expect(await Promise.all([answers.get('a', find), answers.get('a', find)])).toEqual([1, 1]);
  now += 99;
  expect(await answers.get('a', find)).toBe(1);
  now += 1;
  expect(await answers.get('a', find)).toBe(2);
  expect(await answers.get('b', find)).toBe(3);
});

test('what takes long to find is good for longer, up to a limit', async () => {
  const slowly = async (): Promise<number> => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    return ++asked;
  };
  const patient = kept({ goodMillis: 0, timesTook: 1_000 });
  await patient.get('a', slowly);
  now += 15_000;
  expect(await patient.get('a', slowly)).toBe(1);
  const bounded = kept({ goodMillis: 0, timesTook: 1_000, goodMax: 500 });
  await bounded.get('a', slowly);
  now += 500;
  expect(await bounded.get('a', slowly)).toBe(3);
});

test('an old answer is given while a new one is found, for a while', async () => {
  const answers = kept({ staleMillis: 50 });
  await answers.get('a', find);
  now += 120;
  expect(await answers.get('a', find)).toBe(1);
  expect(await answers.get('a', find)).toBe(2);
  now += 200;
  expect(await answers.get('a', find)).toBe(3);
});

test('who has patience gets the new answer where it comes in time, else the old one', async () => {
  const answers = kept({ staleMillis: 1_000, patienceMillis: 30 });
  let release = (): void => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await answers.get('a', find);
  now += 100;
  expect(await answers.get('a', find)).toBe(2);
  now += 100;
  expect(await answers.get('a', () => held.then(find))).toBe(2);
  release();
  expect(await answers.get('a', find)).toBe(3);
});

test('the first may be told something else meanwhile', async () => {
  const answers = kept({ patienceMillis: 30 });
  const never = new Promise<number>(() => {});
  expect(await answers.get('a', find, () => 99)).toBe(1);
  expect(
    await answers.get(
      'b',
      () => never,
      () => 99,
    ),
  ).toBe(99);
});

test('windows that end now and are as long are one, others only if they are nearly the same', () => {
  const key = (from: number, to: number) => windowKey({ from, to }, 10_000, 100);
  expect(key(9_000, 10_000)).toBe(key(8_950, 9_950));
  expect(key(9_000, 10_000)).not.toBe(key(8_000, 10_000));
  expect(key(1_000, 2_000)).toBe(key(1_010, 2_010));
  expect(key(1_000, 2_000)).not.toBe(key(1_200, 2_200));
});

test('a failure is told to who waits for it, and is not kept', async () => {
  const answers = kept({ staleMillis: 50 });
  const fail = (): Promise<number> => Promise.reject(new Error('not now'));
  await expect(answers.get('a', fail)).rejects.toThrow('not now');
  expect(await answers.get('a', find)).toBe(1);
  now += 120;
  expect(await answers.get('a', fail)).toBe(1);
  await Promise.resolve();
  expect(await answers.get('a', find)).toBe(1);
  expect(await answers.get('a', find)).toBe(2);
});

test('so many are kept as may be: what was found first goes', async () => {
  const answers = kept();
  for (const key of ['a', 'b', 'c']) await answers.get(key, find);
  expect(await answers.get('b', find)).toBe(2);
  expect(await answers.get('a', find)).toBe(4);
});
