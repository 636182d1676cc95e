import timersPromises from 'node:timers/promises';
import type { HostContext } from '../host/host-context.ts';
import { currentContext } from './active-simulation.ts';
import { delayMicros, HostTimeout } from './host-timeout.ts';
import type { Replacement } from './replacement.ts';

interface Options {
  readonly signal?: AbortSignal;
}

type Sleep = (delay?: unknown, value?: unknown, options?: Options) => Promise<unknown>;
type Immediate = (value?: unknown, options?: Options) => Promise<unknown>;
type Interval = (delay?: unknown, value?: unknown, options?: Options) => AsyncIterable<unknown>;
type Wait = (delay?: unknown, options?: Options) => Promise<unknown>;
type Yield = () => Promise<unknown>;

const { scheduler } = timersPromises;

/** What `node:timers/promises` exports. */
export const timersPromisesReplacements: readonly Replacement[] = [
  {
    target: timersPromises,
    name: 'setTimeout',
    replace:
      (original: Sleep): Sleep =>
      (delay, value, options) => {
        const context = currentContext();
        if (context === undefined) return original(delay, value, options);
        return hostSleep(context, delay, value, options);
      },
  },
  {
    target: timersPromises,
    name: 'setImmediate',
    replace:
      (original: Immediate): Immediate =>
      (value, options) => {
        const context = currentContext();
        return context === undefined ? original(value, options) : hostImmediate(context, value, options);
      },
  },
  {
    target: timersPromises,
    name: 'setInterval',
    replace:
      (original: Interval): Interval =>
      (delay, value, options) => {
        const context = currentContext();
        if (context === undefined) return original(delay, value, options);
        return hostInterval(context, delay, value, options);
      },
  },
  {
    target: scheduler,
    name: 'wait',
    replace:
      (original: Wait): Wait =>
      (delay, options) => {
        const context = currentContext();
        if (context === undefined) return original.call(scheduler, delay, options);
        return hostSleep(context, delay, undefined, options);
      },
  },
  {
    target: scheduler,
    name: 'yield',
    replace:
      (original: Yield): Yield =>
      () => {
        const context = currentContext();
        return context === undefined ? original.call(scheduler) : hostImmediate(context, undefined);
      },
  },
];

/** Resolves to `value` after `delay` milliseconds of the host's time. */
export function hostSleep(
  context: HostContext,
  delay: unknown,
  value: unknown,
  options?: Options,
): Promise<unknown> {
  return untilFired(context, delayMicros(delay), value, options);
}

/** Resolves to `value` as an event of its own, at this instant. */
export function hostImmediate(context: HostContext, value: unknown, options?: Options): Promise<unknown> {
  return untilFired(context, 0, value, options);
}

async function* hostInterval(
  context: HostContext,
  delay: unknown,
  value: unknown,
  options?: Options,
): AsyncGenerator<unknown> {
  const micros = delayMicros(delay);
  let due = context.clock.now() + micros;
  for (;;) {
    await untilFired(context, Math.max(due - context.clock.now(), 0), undefined, options);
    due += micros;
    yield value;
  }
}

function untilFired(
  context: HostContext,
  micros: number,
  value: unknown,
  { signal }: Options = {},
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(abortError(signal));
    const timeout = new HostTimeout(context, done, [], micros);
    signal?.addEventListener('abort', aborted, { once: true });

    function done(): void {
      signal?.removeEventListener('abort', aborted);
      resolve(value);
    }

    function aborted(): void {
      timeout.close();
      reject(abortError(signal!));
    }
  });
}

/** As Node's own. */
function abortError(signal: AbortSignal): Error {
  const error = new Error('The operation was aborted', { cause: signal.reason });
  return Object.assign(error, { name: 'AbortError', code: 'ABORT_ERR' });
}
