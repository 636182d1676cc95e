/** One value for each chain of asynchronous calls. */
export interface AsyncStorage {
  get(): unknown;
  run<R>(value: unknown, fn: () => R): R;
}

interface AsyncLocalStorage {
  getStore(): unknown;
  run<R>(value: unknown, fn: () => R): R;
}

/** The parts of a platform's global object that are looked at. */
export interface AsyncPlatform {
  readonly process?: { getBuiltinModule?(id: string): { AsyncLocalStorage: new () => AsyncLocalStorage } };
  readonly AsyncLocalStorage?: new () => AsyncLocalStorage;
  readonly AsyncContext?: { readonly Variable: new () => AsyncStorage };
}

/**
 * The best storage that `platform`, a global object, has: `AsyncLocalStorage` (Node, Bun, Deno, Workers),
 * `AsyncContext` (a proposal for browsers), else one that holds its value only until `fn` returns. Node's is
 * asked for at run time, because an import of `node:async_hooks` would break browsers.
 */
export function asyncStorage(platform: AsyncPlatform): AsyncStorage {
  const Inner =
    platform.process?.getBuiltinModule?.('node:async_hooks')?.AsyncLocalStorage ?? platform.AsyncLocalStorage;
  if (Inner !== undefined) return new LocalStorage(new Inner());
  if (platform.AsyncContext !== undefined) return new platform.AsyncContext.Variable();
  return new SynchronousStorage();
}

class LocalStorage implements AsyncStorage {
  readonly #inner: AsyncLocalStorage;

  constructor(inner: AsyncLocalStorage) {
    this.#inner = inner;
  }

  get(): unknown {
    return this.#inner.getStore();
  }

  run<R>(value: unknown, fn: () => R): R {
    return this.#inner.run(value, fn);
  }
}

class SynchronousStorage implements AsyncStorage {
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
