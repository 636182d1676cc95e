import { type AsyncPlatform, type AsyncStorage, asyncStorage } from './async-storage.ts';

/**
 * A value that belongs to the present chain of asynchronous calls: what {@link run} sets, every function called
 * from `fn` can {@link get}, also after an `await`.
 *
 * Where the platform cannot follow an `await` (browsers today), the value is there only until `fn` returns: code
 * after an `await` reads `undefined`, and never another chain's value.
 */
export class AsyncLocal<T> {
  readonly #storage: AsyncStorage = asyncStorage(globalThis as AsyncPlatform);

  get(): T | undefined {
    return this.#storage.get() as T | undefined;
  }

  run<R>(value: T, fn: () => R): R {
    return this.#storage.run(value, fn);
  }
}
