import { readFileSync } from 'node:fs';
import { HoldfastError } from '@holdfast/core';
import { expect, test } from 'vitest';
import { loadWithBug, type PlantedBug, type PlantingOptions } from './planted-bugs.ts';

const source = new URL('./check/', import.meta.url);
const planting: PlantingOptions = {
  entry: new URL('canonical-text.ts', source),
  source,
  load: (name) => import(name),
};
const backwards: PlantedBug = {
  name: 'keys stand in the reverse order',
  file: 'canonical-text.ts',
  right: 'a < b ? -1',
  wrong: 'a > b ? -1',
};
const load = (bug: PlantedBug | undefined, entry: URL = planting.entry) =>
  loadWithBug<typeof import('./check/canonical-text.ts')>(bug, { ...planting, entry });

test('the module has the bug, and its file has not', async () => {
  const before = readFileSync(planting.entry, 'utf8');
  const { canonicalText } = await load(backwards);
  expect(canonicalText({ b: 1, a: 2 })).toBe('{"b":1,"a":2}');
  expect(readFileSync(planting.entry, 'utf8')).toBe(before);
});

test('without a bug, the module is as it is', async () => {
  const { canonicalText } = await load(undefined);
  expect(canonicalText({ b: 1, a: 2 })).toBe('{"a":2,"b":1}');
});

test('packages are those of the caller', async () => {
  const errors = await loadWithBug<typeof import('./errors.ts')>(undefined, {
    ...planting,
    entry: new URL('errors.ts', import.meta.url),
  });
  expect(errors.simulationErrors.create('SCENARIO_FAILED', { message: 'one' })).toBeInstanceOf(HoldfastError);
});

test.each([
  ['stands nowhere', { ...backwards, right: 'no such text' }, 'in one place of canonical-text.ts, not in 0'],
  ['stands in several places', { ...backwards, right: 'value' }, 'in one place of canonical-text.ts, not in'],
  ['is in a file that is not loaded', { ...backwards, file: 'finding.ts' }, 'a part of what is loaded'],
])('a bug that %s is refused', async (_, bug, message) => {
  await expect(load(bug)).rejects.toThrow(message);
});
