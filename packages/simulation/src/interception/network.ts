import { currentContext } from './active-simulation.ts';
import { delayMicros, HostTimeout } from './host-timeout.ts';
import type { Replacement } from './replacement.ts';

/** `fetch`, and `AbortSignal.timeout`, with which its callers limit it. */
export const networkReplacements: readonly Replacement[] = [
  {
    target: globalThis,
    name: 'fetch',
    replace:
      (original: typeof fetch): typeof fetch =>
      (input, init) => {
        const context = currentContext();
        return context === undefined ? original(input, init) : context.fetch(input, init);
      },
  },
  {
    target: AbortSignal,
    name: 'timeout',
    replace:
      (original: (delay: number) => AbortSignal) =>
      (delay: number): AbortSignal => {
        const context = currentContext();
        if (context === undefined) return original.call(AbortSignal, delay);
        const controller = new AbortController();
        const expire = () =>
          controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
        new HostTimeout(context, expire, [], delay === 0 ? 0 : delayMicros(delay));
        return controller.signal;
      },
  },
];
