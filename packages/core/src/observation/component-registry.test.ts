import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test, vi } from 'vitest';
import { componentRegistry } from './component-registry.ts';

let kinds = 0;
const freshRegistry = () => componentRegistry<{ readonly name: string }>(`test.kind.${kinds++}`);

test('lists what was added and not taken out, the oldest first', () => {
  const registry = freshRegistry();
  const components = ['a', 'b', 'c'].map((name) => ({ name }));
  for (const component of components) registry.add(component);
  registry.delete(components[1]!);
  expect(registry.list()).toEqual([{ name: 'a' }, { name: 'c' }]);
});

test('a kind has one registry, also in another copy of this package', async () => {
  const registry = componentRegistry<{ readonly name: string }>('test.shared');
  const component = { name: 'a' };
  registry.add(component);
  vi.resetModules();
  const copy = await import('./component-registry.ts');
  expect(copy.componentRegistry).not.toBe(componentRegistry);
  expect(copy.componentRegistry('test.shared').list()).toEqual([component]);
});

test('holds nothing alive, and does not grow with what is gone', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const registry = freshRegistry();
  const kept = { name: 'kept' };
  registry.add(kept);
  for (let round = 0; round < 5; round++) {
    for (let each = 0; each < 1_000; each++) registry.add({ name: 'gone' });
    await new Promise((resolve) => setTimeout(resolve));
    collect();
  }
  expect(registry.list()).toEqual([kept]);
});
