const key = Symbol.for('@holdfast/resilience/retried/1');
const scope = globalThis as { [key]?: WeakSet<object> };
scope[key] ??= new WeakSet();
const retried: WeakSet<object> = scope[key];

/** How far a chain of causes is followed: it may be a ring. */
const linksMax = 16;

/** Remembers that retrying has been given up for what `error` stands for. */
export function markRetried(error: unknown): void {
  if (typeof error === 'object' && error !== null) retried.add(error);
}

/**
 * Whether a retry policy has already given up on `error` or on a cause of it. Another retry policy further out then
 * leaves it alone, or the attempts of the tiers would multiply. A server that answers with such an error says the
 * same to its caller by `retryable: 'never'`.
 */
export function wasRetried(error: unknown): boolean {
  let link = error;
  for (let left = linksMax; left > 0 && typeof link === 'object' && link !== null; left--) {
    if (retried.has(link)) return true;
    link = (link as { readonly cause?: unknown }).cause;
  }
  return false;
}
