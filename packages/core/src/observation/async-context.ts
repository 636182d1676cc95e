/** A chain of asynchronous calls, to go on in from elsewhere: from a timer, or from a queue that others serve. */
export interface AsyncContext {
  /** Calls `fn` with `self` and `argument` as if from that chain. */
  runInAsyncScope<Self, A, R>(fn: (this: Self, argument: A) => R, self: Self, argument: A): R;
}

interface AsyncHooks {
  readonly AsyncResource: new (type: string, options: { requireManualDestroy: boolean }) => AsyncContext;
}

/** The parts of a platform's global object that are looked at. */
interface AsyncContextPlatform {
  readonly process?: { getBuiltinModule?(id: string): AsyncHooks };
  readonly AsyncContext?: {
    readonly Snapshot: new () => { run<A extends unknown[], R>(fn: (...args: A) => R, ...args: A): R };
  };
}

const platform = globalThis as AsyncContextPlatform;
const Resource = platform.process?.getBuiltinModule?.('node:async_hooks')?.AsyncResource;
/** Nobody destroys it: that would cost a finalizer for each. */
const resourceOptions = { requireManualDestroy: true };

/**
 * The present chain of asynchronous calls: what `AsyncLocalStorage` (Node, Bun, Deno, Workers) or `AsyncContext` (a
 * proposal for browsers) holds for it. Undefined where the platform knows no such thing. Whoever continues the
 * work of one caller from a timer that all share has to go back to that caller's chain, or it would go on with
 * somebody else's deadline, trace and user.
 */
export function captureAsyncContext(): AsyncContext | undefined {
  if (Resource !== undefined) return new Resource('HOLDFAST', resourceOptions);
  return platform.AsyncContext === undefined ? undefined : new Snapshot(platform.AsyncContext);
}

class Snapshot implements AsyncContext {
  readonly #inner: { run<A extends unknown[], R>(fn: (...args: A) => R, ...args: A): R };

  constructor(context: NonNullable<AsyncContextPlatform['AsyncContext']>) {
    this.#inner = new context.Snapshot();
  }

  runInAsyncScope<Self, A, R>(fn: (this: Self, argument: A) => R, self: Self, argument: A): R {
    return this.#inner.run(() => fn.call(self, argument));
  }
}
