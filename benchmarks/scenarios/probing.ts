import { createHook } from 'node:async_hooks';
import type { Guard } from './scenario.ts';

/** A promise settled from outside. */
export class Gate<T = string> {
  readonly promise: Promise<T>;
  open!: (value: T) => void;
  fail!: (reason: unknown) => void;

  constructor() {
    this.promise = new Promise<T>((resolve, reject) => {
      this.open = resolve;
      this.fail = reject;
    });
  }
}

export function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** How `promise` stands after at most `milliseconds`, and when it got there. */
export async function settlement(
  promise: Promise<unknown>,
  milliseconds: number,
): Promise<{ state: 'fulfilled' | 'rejected' | 'pending'; after: number; reason?: unknown }> {
  const start = performance.now();
  const after = (): number => Math.round(performance.now() - start);
  return Promise.race([
    promise.then(
      () => ({ state: 'fulfilled', after: after() }) as const,
      (reason: unknown) => ({ state: 'rejected', after: after(), reason }) as const,
    ),
    wait(milliseconds).then(() => ({ state: 'pending', after: after() }) as const),
  ]);
}

/** Whether `guard` lets a call through right now, which then succeeds. Settles within `milliseconds`. */
export async function admits(guard: Guard, milliseconds = 200): Promise<boolean> {
  let ran = false;
  const call = guard.execute(async () => {
    ran = true;
  });
  await settlement(call, milliseconds);
  return ran;
}

export async function failOnce(guard: Guard): Promise<void> {
  await guard
    .execute(async () => {
      throw new Error('the other side failed');
    })
    .catch(() => {});
}

/** Runs `body` while `Date.now()` is `milliseconds` ahead of (or, negative, behind) the truth. */
export async function withWallClockMoved<T>(milliseconds: number, body: () => Promise<T>): Promise<T> {
  const truth = Date.now;
  Date.now = () => truth() + milliseconds;
  try {
    return await body();
  } finally {
    Date.now = truth;
  }
}

/** How many timers `body` started that still exist when it is done, referenced or not. */
export async function timersLeftBy(body: () => Promise<void>): Promise<number> {
  const alive = new Set<number>();
  const hook = createHook({
    init(id, type) {
      if (type === 'Timeout') alive.add(id);
    },
    destroy(id) {
      alive.delete(id);
    },
  });
  hook.enable();
  try {
    await body();
    // `destroy` is reported in a later turn.
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    return alive.size;
  } finally {
    hook.disable();
  }
}
