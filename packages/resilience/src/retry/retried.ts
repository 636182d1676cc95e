interface Registry {
  /** When each error was given up on: its number in the order of all. */
  readonly marks: WeakMap<object, number>;
  count: number;
}

const key = Symbol.for('@holdfast/resilience/retried/1');
const scope = globalThis as { [key]?: Registry };
scope[key] ??= { marks: new WeakMap(), count: 0 };
const registry: Registry = scope[key];

/** How far a chain of causes is followed: it may be a ring. */
const linksMax = 16;

/** How many failures have been given up on so far: a point in time to compare marks with. */
export function marksSoFar(): number {
  return registry.count;
}

/** Remembers that retrying has been given up for what `error` stands for. */
export function markRetried(error: unknown): void {
  if (typeof error === 'object' && error !== null) registry.marks.set(error, ++registry.count);
}

/**
 * Whether a retry policy has already given up on `error` or on a cause of it. Another retry policy further out then
 * leaves it alone, or the attempts of the tiers would multiply. A server that answers with such an error says the
 * same to its caller by `retryable: 'never'`. Marks older than `since` do not count: an operation may throw the
 * same object in one call after another.
 */
export function wasRetried(error: unknown, since = 0): boolean {
  let link = error;
  for (let left = linksMax; left > 0 && typeof link === 'object' && link !== null; left--) {
    if ((registry.marks.get(link) ?? 0) > since) return true;
    link = (link as { readonly cause?: unknown }).cause;
  }
  return false;
}
