import { AbortableWait, anySignal, coreErrors, formatMicros, Timer, type World } from '@holdfast/core';

/**
 * What `act` gives, if it does so within `micros`. Its signal aborts when time is up, or `signal` does; it is not waited for
 * then, whether it heeds that or not.
 *
 * @throws HoldfastError DEADLINE_EXCEEDED; ABORTED when `signal` aborts.
 */
export async function withinTime<Value>(
  world: World,
  micros: number,
  signal: AbortSignal,
  operation: string,
  act: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const limit = new TimeLimit();
  const either = anySignal([signal, limit.signal]);
  const wait = new AbortableWait<Value>(operation, either.signal);
  limit.onTimeUp = () => {
    const message = `${operation} took longer than ${formatMicros(micros)}`;
    wait.reject(coreErrors.create('DEADLINE_EXCEEDED', { message }));
  };
  world.timers.arm(limit, world.clock.now() + micros);
  try {
    act(either.signal).then(
      (value) => wait.resolve(value),
      (error: unknown) => wait.reject(error),
    );
    return await wait.promise;
  } finally {
    world.timers.disarm(limit);
    either.dispose();
  }
}

class TimeLimit extends Timer {
  readonly #controller = new AbortController();
  onTimeUp: () => void = () => {};

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  override fire(): void {
    this.onTimeUp();
    this.#controller.abort();
  }
}
