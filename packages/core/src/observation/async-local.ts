/** What the platforms' own async-local storages have in common. */
interface Storage {
  get(): unknown;
  run<R>(value: unknown, fn: () => R): R;
}

interface AsyncLocalStorage {
  getStore(): unknown;
  run<R>(value: unknown, fn: () => R): R;
}

/** The parts of a platform's global object that are looked at. */
interface Platform {
  readonly process?: { getBuiltinModule?(id: string): { AsyncLocalStorage: new () => AsyncLocalStorage } };
  readonly AsyncLocalStorage?: new () => AsyncLocalStorage;
  readonly AsyncContext?: { readonly Variable: new () => Storage };
}

/**
 * A value that belongs to the present chain of asynchronous calls: what {@link run} sets, every function called
 * from `fn` can {@link get}, also after an `await`.
 *
 * Where the platform cannot follow an `await` (browsers today), the value is there only until `fn` returns: code
 * after an `await` reads `undefined`, and never another chain's value.
 */
export class AsyncLocal<T> {
  readonly #storage: Storage;

  constructor(platform: Platform = globalThis as Platform) {
    this.#storage = storageOf(platform);
  }

  get(): T | undefined {
    return this.#storage.get() as T | undefined;
  }

  run<R>(value: T, fn: () => R): R {
    return this.#storage.run(value, fn);
  }
}

/** Asked for at run time: an import of `node:async_hooks` would break browsers. */
function storageOf(platform: Platform): Storage {
  const constructor =
    platform.process?.getBuiltinModule?.('node:async_hooks')?.AsyncLocalStorage ?? platform.AsyncLocalStorage;
  if (constructor !== undefined) return new NodeStorage(constructor);
  if (platform.AsyncContext !== undefined) return new platform.AsyncContext.Variable();
  return new SynchronousStorage();
}

class NodeStorage implements Storage {
  readonly #inner: AsyncLocalStorage;

  constructor(constructor: new () => AsyncLocalStorage) {
    this.#inner = new constructor();
  }

  get(): unknown {
    return this.#inner.getStore();
  }

  run<R>(value: unknown, fn: () => R): R {
    return this.#inner.run(value, fn);
  }
}

class SynchronousStorage implements Storage {
  #value: unknown;

  get(): unknown {
    return this.#value;
  }

  run<R>(value: unknown, fn: () => R): R {
    const outer = this.#value;
    this.#value = value;
    try {
      return fn();
    } finally {
      this.#value = outer;
    }
  }
}
