import nodeTimers from 'node:timers';
import { promisify } from 'node:util';
import type { HostContext } from '../host/host-context.ts';
import { currentContext } from './active-simulation.ts';
import { delayMicros, HostTimeout } from './host-timeout.ts';
import type { Replacement } from './replacement.ts';
import { hostImmediate, hostSleep } from './timers-promises.ts';

type Callback = (...values: unknown[]) => void;
type Schedule = (callback: Callback, delay?: unknown, ...values: unknown[]) => unknown;
type Clear = (timeout?: unknown) => void;

/** `setTimeout` and its kin: global ones, and those of `node:timers`. */
export const timerReplacements: readonly Replacement[] = [globalThis, nodeTimers].flatMap((target) => [
  { target, name: 'setTimeout', replace: replaceSetTimeout },
  { target, name: 'setInterval', replace: replaceSetInterval },
  { target, name: 'setImmediate', replace: replaceSetImmediate },
  { target, name: 'clearTimeout', replace: replaceClear },
  { target, name: 'clearInterval', replace: replaceClear },
  { target, name: 'clearImmediate', replace: replaceClear },
]);

function replaceSetTimeout(original: Schedule): Schedule {
  const setTimeout: Schedule = (callback, delay, ...values) => {
    const context = currentContext();
    if (context === undefined) return original(callback, delay, ...values);
    return new HostTimeout(context, checked(callback), values, delayMicros(delay));
  };
  return promisified(setTimeout, original, (context, [delay, value]) => hostSleep(context, delay, value));
}

function replaceSetInterval(original: Schedule): Schedule {
  return (callback, delay, ...values) => {
    const context = currentContext();
    if (context === undefined) return original(callback, delay, ...values);
    return new HostTimeout(context, checked(callback), values, delayMicros(delay), true);
  };
}

function replaceSetImmediate(original: Schedule): Schedule {
  const setImmediate: Schedule = (callback, ...values) => {
    const context = currentContext();
    if (context === undefined) return original(callback, ...values);
    return new HostTimeout(context, checked(callback), values, 0);
  };
  return promisified(setImmediate, original, (context, [value]) => hostImmediate(context, value));
}

/** Clears what any of the others returned, also to code that is elsewhere. */
function replaceClear(original: Clear): Clear {
  return (timeout) => {
    const found = timeout instanceof HostTimeout ? timeout : byNumber(timeout);
    if (found === undefined) original(timeout);
    else found.close();
  };
}

function byNumber(timeout: unknown): HostTimeout | undefined {
  if (typeof timeout !== 'number' && typeof timeout !== 'string') return undefined;
  const context = currentContext();
  return context && HostTimeout.numbered(context, Number(timeout));
}

/** Gives `replacement` the form that `util.promisify` makes of it. */
function promisified(
  replacement: Schedule,
  original: Schedule,
  onHost: (context: HostContext, values: readonly unknown[]) => Promise<unknown>,
): Schedule {
  const originalForm = promisify(original) as (...values: unknown[]) => Promise<unknown>;
  Object.defineProperty(replacement, promisify.custom, {
    value: (...values: unknown[]) => {
      const context = currentContext();
      return context === undefined ? originalForm(...values) : onHost(context, values);
    },
  });
  return replacement;
}

function checked(callback: unknown): Callback {
  if (typeof callback === 'function') return callback as Callback;
  throw Object.assign(new TypeError('The "callback" argument must be of type function'), {
    code: 'ERR_INVALID_ARG_TYPE',
  });
}
