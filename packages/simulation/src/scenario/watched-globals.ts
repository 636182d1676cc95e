/** Globals that code under test, or whoever fakes its world, is known to replace. */
const names = [
  'Date',
  'fetch',
  'performance',
  'crypto',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'clearTimeout',
  'clearInterval',
  'clearImmediate',
  'queueMicrotask',
  'Promise',
] as const;

/** Remembers the globals of this moment, and tells which are other ones later. */
export class WatchedGlobals {
  readonly #values: readonly unknown[] = currentValues();

  /** The names of those replaced since. */
  replaced(): readonly string[] {
    const now = currentValues();
    return watchedNames.filter((_, index) => now[index] !== this.#values[index]);
  }
}

const watchedNames: readonly string[] = [...names, 'Math.random', 'Date.now', 'performance.now'];

function currentValues(): readonly unknown[] {
  const all = globalThis as unknown as Readonly<Record<string, unknown>>;
  return [...names.map((name) => all[name]), Math.random, Date.now, globalThis.performance.now];
}
