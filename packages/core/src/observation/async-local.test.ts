import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, test } from 'vitest';
import { AsyncLocal } from './async-local.ts';
import { type AsyncStorage, asyncStorage } from './async-storage.ts';

describe('AsyncLocal', () => {
  test('keeps chains of calls apart across awaits', async () => {
    const local = new AsyncLocal<string>();
    const chain = (name: string) =>
      local.run(name, async () => {
        await Promise.resolve();
        return local.get();
      });
    expect(await Promise.all([chain('a'), chain('b')])).toEqual(['a', 'b']);
    expect(local.get()).toBeUndefined();
  });
});

class Variable implements AsyncStorage {
  get(): unknown {
    return 'from AsyncContext';
  }
  run<R>(_value: unknown, fn: () => R): R {
    return fn();
  }
}

describe('asyncStorage', () => {
  test('takes what the platform has', () => {
    const viaGlobal = asyncStorage({ AsyncLocalStorage, AsyncContext: { Variable } });
    expect(viaGlobal.run(1, () => viaGlobal.get())).toBe(1);
    expect(asyncStorage({ process: {}, AsyncContext: { Variable } }).get()).toBe('from AsyncContext');
  });

  test('without any, a value nests and holds until the function returns, also by a throw', async () => {
    const storage = asyncStorage({});
    const late = storage.run('outer', async () => {
      expect(storage.get()).toBe('outer');
      expect(() =>
        storage.run('inner', () => {
          throw new Error(String(storage.get()));
        }),
      ).toThrow('inner');
      expect(storage.get()).toBe('outer');
      await undefined;
      return storage.get();
    });
    expect(storage.get()).toBeUndefined();
    expect(await late).toBeUndefined();
  });
});
