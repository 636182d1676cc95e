const key = Symbol.for('@holdfast/resilience/retried/1');
const scope = globalThis as { [key]?: WeakSet<object> };
scope[key] ??= new WeakSet();
const retried: WeakSet<object> = scope[key];

/** Remembers that retrying has been given up for what `error` stands for. */
export function markRetried(error: unknown): void {
  if (typeof error === 'object' && error !== null) retried.add(error);
}

/**
 * Whether a retry policy has already given up on `error`. Another retry policy further out then leaves it alone,
 * or the attempts of the tiers would multiply. A server that answers with such an error says the same to its
 * caller by `retryable: 'never'`.
 */
export function wasRetried(error: unknown): boolean {
  return typeof error === 'object' && error !== null && retried.has(error);
}
