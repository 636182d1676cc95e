import { expect, test } from 'vitest';
import { ScryptHashing } from './password-hashing.ts';

const { signal } = new AbortController();
/** Cheap: what is tested is not how hard it is. */
const hashing = new ScryptHashing({ costLog2: 4, parallelization: 1 });

test('a hash matches the password that it was made of, and no other', async () => {
  const hash = await hashing.hash('correct horse', signal);
  expect(await hashing.matches('correct horse', hash, signal)).toBe(true);
  expect(await hashing.matches('correct horsf', hash, signal)).toBe(false);
  expect(await hashing.matches('', hash, signal)).toBe(false);
});

test.each(['', 'ünïcödé', 'x'.repeat(100)])('any text is a password: %j', async (password) => {
  const hash = await hashing.hash(password, signal);
  expect(await hashing.matches(password, hash, signal)).toBe(true);
  expect(await hashing.matches(`${password}x`, hash, signal)).toBe(false);
});

test('the same password gives another hash each time', async () => {
  expect(await hashing.hash('secret', signal)).not.toBe(await hashing.hash('secret', signal));
});

test('a hash says how it was made, so that it is checked as it was made', async () => {
  const stronger = new ScryptHashing({ costLog2: 5, parallelization: 2 });
  const hash = await hashing.hash('secret', signal);
  expect(hash).toMatch(/^\$scrypt\$ln=4,r=8,p=1\$/);
  expect(await stronger.matches('secret', hash, signal)).toBe(true);
  expect(await stronger.hash('secret', signal)).toMatch(/^\$scrypt\$ln=5,r=8,p=2\$/);
});

test('the default is what it says', async () => {
  expect(await new ScryptHashing().hash('secret', signal)).toMatch(/^\$scrypt\$ln=15,r=8,p=1\$/);
});

test('nothing matches for a user who is not there, or has no password', async () => {
  expect(await hashing.matches('secret', undefined, signal)).toBe(false);
  expect(await hashing.matches('', undefined, signal)).toBe(false);
  expect(await hashing.matches('', '', signal)).toBe(false);
});

test('more than may wait are refused, and none of the others', async () => {
  const asked = Array.from({ length: 110 }, () => hashing.hash('secret', signal));
  const settled = await Promise.allSettled(asked);
  const refused = settled.filter((outcome) => outcome.status === 'rejected');
  expect(refused.length).toBe(8);
  for (const { reason } of refused) expect(reason).toMatchObject({ code: 'BULKHEAD_FULL' });
});
