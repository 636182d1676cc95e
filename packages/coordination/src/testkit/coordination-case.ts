import { assert, type Duration, isHoldfastError, type WaitOptions } from '@holdfast/core';
import type { CoordinationStore, Entry, Watch, WatchItem } from '../store/coordination-store.ts';

/** A store under test, and what its engine lets a test do to it. */
export interface StoreUnderTest {
  /** Another client of the one store. The harness closes those that the case has left open. */
  open(): Promise<CoordinationStore>;
  /** Begins the keys of this case alone. */
  readonly prefix: string;
  /** The shortest lease that the engine grants: what the cases wait for. */
  readonly leaseTtl: Duration;
  /** Monotonic microseconds, as the clients see them. */
  now(): number;
  /** Lets time pass. */
  sleep(duration: Duration, options?: WaitOptions): Promise<void>;
  /** How many timers, sockets and the like the clients hold at the moment. */
  held?(): number;
  /** Forgets history up to `revision`. */
  compact?(revision: number): Promise<void>;
  /** Ends a client as if its process had been killed. */
  crash?(store: CoordinationStore): Promise<void>;
  /** Breaks the connections of a client, which may connect again at once. */
  disconnect?(store: CoordinationStore): Promise<void>;
  /** Cuts a client off: nothing gets through until the function that it gives is called. */
  cut?(store: CoordinationStore): Promise<() => Promise<void>>;
  /** Kills the store's servers and starts them again, with what they keep on disk. */
  restart?(): Promise<void>;
}

/** What a case may need besides clients. */
export type Hook = 'held' | 'compact' | 'crash' | 'disconnect' | 'cut' | 'restart';

/** One promise of the contract. */
export interface CoordinationCase {
  readonly name: string;
  /** Leave it out where the engine has not all of them. */
  readonly needs: readonly Hook[];
  /** Rejects unless the store keeps it. While it runs, time has to pass. */
  run(under: Required<StoreUnderTest>): Promise<void>;
}

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function textOf(value: Uint8Array | undefined): string | undefined {
  return value && new TextDecoder().decode(value);
}

export function equal<Value>(actual: Value, expected: Value, what: string): void {
  assert(actual === expected, `${what}: ${String(actual)}, but it has to be ${String(expected)}`);
}

export function equalLists(actual: readonly unknown[], expected: readonly unknown[], what: string): void {
  equal(JSON.stringify(actual), JSON.stringify(expected), what);
}

/** Each as `key=value`. */
export function shown(entries: readonly Entry[]): string[] {
  return entries.map(({ key, value }) => `${key}=${textOf(value)}`);
}

/** Each as `+key=value` or `-key`, in the order in which they came; a compaction as `compacted`. */
export function told(items: readonly WatchItem[]): string[] {
  return items.flatMap((item) =>
    item.kind === 'compacted'
      ? ['compacted']
      : item.events.map(({ kind, key, entry }) =>
          kind === 'put' ? `+${key}=${textOf(entry?.value)}` : `-${key}`,
        ),
  );
}

/** Rejects unless `attempt` fails with one of `codes`. */
export async function failsWith(
  codes: string | readonly string[],
  attempt: Promise<unknown>,
  what: string,
): Promise<void> {
  const outcome = await attempt.then(
    () => 'success',
    (error: unknown) => (isHoldfastError(error) ? error.code : String(error)),
  );
  assert([codes].flat().includes(outcome), `${what} ended with ${outcome}, but it has to be ${codes}`);
}

/** What `promise` gives. @throws HoldfastError ASSERTION_FAILED when it has not within `limit`. */
export async function soon<Value>(
  under: StoreUnderTest,
  promise: Promise<Value>,
  what: string,
  limit: Duration = '20s',
): Promise<Value> {
  const enough = new AbortController();
  const late = under.sleep(limit, { signal: enough.signal }).then(
    (): never => assert(false, `${what} within ${limit}`) as never,
    () => promise,
  );
  try {
    return await Promise.race([promise, late]);
  } finally {
    enough.abort();
  }
}

/** The next items of a watch, until they hold `count` events. */
export async function take(under: StoreUnderTest, watch: Watch, count: number): Promise<WatchItem[]> {
  const items: WatchItem[] = [];
  for (let events = 0; events < count; ) {
    const { value } = await soon(under, watch.next(), `event ${events + 1} of ${count}`);
    assert(value !== undefined, `the watch goes on after ${events} of ${count} events`);
    items.push(value);
    events += value.kind === 'change' ? value.events.length : 1;
  }
  return items;
}

/**
 * `promise`, to be awaited later or not at all. If it rejects unseen, the case has failed before, or is about to fail at
 * the other end.
 */
export function later<Value>(promise: Promise<Value>): Promise<Value> {
  promise.catch(() => {});
  return promise;
}

/** Resolves when `signal` aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
