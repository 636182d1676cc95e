import { AsyncLocalStorage } from 'node:async_hooks';
import { EventEmitter } from 'node:events';
import { type Context, type ContextManager, ROOT_CONTEXT } from '@opentelemetry/api';

/** Keeps the active context over everything asynchronous, as OpenTelemetry's API asks for it. */
export class AsyncContextManager implements ContextManager {
  readonly #storage = new AsyncLocalStorage<Context>();
  readonly #boundEmitters = new WeakSet<EventEmitter>();

  active(): Context {
    return this.#storage.getStore() ?? ROOT_CONTEXT;
  }

  with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
    context: Context,
    fn: F,
    thisArg?: ThisParameterType<F>,
    ...args: A
  ): ReturnType<F> {
    const call = thisArg === undefined || thisArg === null ? fn : fn.bind(thisArg);
    return this.#storage.run(context, call as (...args: A) => ReturnType<F>, ...args);
  }

  /**
   * A function that calls `target`, or `target` itself as an emitter whose listeners are called, with `context` active. An
   * emitter keeps the first context that it is bound to.
   */
  bind<T>(context: Context, target: T): T {
    if (target instanceof EventEmitter) {
      this.#bindEmitter(context, target);
      return target;
    }
    return typeof target === 'function' ? (this.#bound(context, target as unknown as Listener) as T) : target;
  }

  enable(): this {
    return this;
  }

  disable(): this {
    this.#storage.disable();
    return this;
  }

  #bound(context: Context, fn: Listener): Listener {
    const storage = this.#storage;
    const bound = function (this: unknown, ...args: unknown[]): unknown {
      return storage.run(context, () => fn.apply(this, args));
    };
    Object.defineProperty(bound, 'length', { value: fn.length, configurable: true });
    return bound;
  }

  #bindEmitter(context: Context, emitter: EventEmitter): void {
    if (this.#boundEmitters.has(emitter)) return;
    this.#boundEmitters.add(emitter);
    for (const name of ['on', 'addListener', 'prependListener'] as const) {
      const add = emitter[name];
      emitter[name] = (event, listener) => add.call(emitter, event, this.#boundListener(context, listener));
    }
    for (const [name, addedBy] of [
      ['once', 'on'],
      ['prependOnceListener', 'prependListener'],
    ] as const) {
      const once = emitter[name];
      emitter[name] = (event, listener) => {
        if (typeof listener !== 'function') return once.call(emitter, event, listener);
        const first: Listener & { listener?: Listener } = (...args) => {
          emitter.removeListener(event, listener);
          return listener.apply(emitter, args);
        };
        first.listener = listener;
        return emitter[addedBy](event, first);
      };
    }
  }

  /** Node finds a listener also by the property `listener` of what was added, and so removes it by its own name. */
  #boundListener(context: Context, listener: Listener & { readonly listener?: Listener }): Listener {
    if (typeof listener !== 'function') return listener;
    return Object.assign(this.#bound(context, listener), { listener: listener.listener ?? listener });
  }
}

// biome-ignore lint/suspicious/noExplicitAny: what Node's emitters take.
type Listener = (...args: any[]) => any;
