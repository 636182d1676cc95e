import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AdminProfile } from '@holdfast/telemetry';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ProfileSummary } from '../api/console-api.ts';
import { KeptProfiles } from './kept-profiles.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-kept-profiles-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const summary = (startedAt: number): ProfileSummary => ({
  id: randomUUID(),
  source: 'shop-1',
  service: 'shop',
  instance: 'shop-1',
  kind: 'cpu',
  startedAt,
  duration: 5_000,
});
const profile = (letters = 10) => ({ frames: 'x'.repeat(letters) }) as unknown as AdminProfile;

test('what was kept is there after a restart, the newest first', async () => {
  const before = await KeptProfiles.open(folder);
  const [first, second] = [summary(1), summary(2)];
  await before.keep(first, profile(3));
  await before.keep(second, profile(4));
  const after = await KeptProfiles.open(folder);
  expect(after.list()).toEqual([second, first]);
  expect(await after.get(first.id)).toEqual(profile(3));
  await expect(after.get('../../etc/passwd')).rejects.toThrow('no profile');
});

test('the oldest go when there are too many, or they are too large; the newest stays', async () => {
  const limits = { profilesMax: 3, bytesMax: 1_000 };
  const profiles = await KeptProfiles.open(folder, limits);
  const all = [1, 2, 3, 4].map(summary);
  for (const each of all) await profiles.keep(each, profile());
  expect(profiles.list().map(({ startedAt }) => startedAt)).toEqual([4, 3, 2]);
  const huge = summary(5);
  await profiles.keep(huge, profile(5_000));
  expect(profiles.list()).toEqual([huge]);
  expect((await readdir(folder)).sort()).toEqual([`${huge.id}.json`, `${huge.id}.summary.json`].sort());
  expect((await KeptProfiles.open(folder, limits)).list()).toEqual([huge]);
});

test('what a crash left half done is cleared away', async () => {
  const profiles = await KeptProfiles.open(folder);
  const whole = summary(1);
  await profiles.keep(whole, profile());
  const half = randomUUID();
  await writeFile(join(folder, `${half}.json`), '{}');
  await writeFile(join(folder, `${whole.id}.json.${half}.draft`), '{"fra');
  const torn = randomUUID();
  await writeFile(join(folder, `${torn}.json`), '{}');
  await writeFile(join(folder, `${torn}.summary.json`), '{"id":');
  expect((await KeptProfiles.open(folder)).list()).toEqual([whole]);
  expect((await KeptProfiles.open(folder)).list()).toEqual([whole]);
  expect(await readdir(folder)).toHaveLength(2);
});
