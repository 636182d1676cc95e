import { type AsyncContext, captureAsyncContext, Timer } from '@holdfast/core';
import type { HostContext } from '../host/host-context.ts';

/** The longest delay that Node takes; a longer one is the shortest. */
const delayMax = 2 ** 31 - 1;

/** What `setTimeout`, `setInterval` and `setImmediate` return to code on a simulated host: as Node's `Timeout`. */
export class HostTimeout extends Timer {
  readonly #context: HostContext;
  readonly #callback: (...values: unknown[]) => void;
  readonly #values: readonly unknown[];
  readonly #micros: number;
  readonly #repeats: boolean;
  readonly #scope: AsyncContext | undefined = captureAsyncContext();
  #referenced = true;
  #number = 0;
  #closed = false;

  constructor(
    context: HostContext,
    callback: (...values: unknown[]) => void,
    values: readonly unknown[],
    micros: number,
    repeats = false,
  ) {
    super();
    this.#context = context;
    this.#callback = callback;
    this.#values = values;
    this.#micros = micros;
    this.#repeats = repeats;
    this.#arm();
  }

  /** The timeout that a program of `context` calls `number`. */
  static numbered(context: HostContext, number: number): HostTimeout | undefined {
    return Numbers.of(context).armed.get(number);
  }

  override fire(): void {
    if (this.#scope === undefined) this.#call();
    else this.#scope.runInAsyncScope(this.#call, this, undefined);
  }

  ref(): this {
    this.#referenced = true;
    return this;
  }

  unref(): this {
    this.#referenced = false;
    return this;
  }

  hasRef(): boolean {
    return this.#referenced;
  }

  refresh(): this {
    if (!this.#closed) this.#arm();
    return this;
  }

  close(): this {
    this.#closed = true;
    this.#context.timers.disarm(this);
    this.#forget();
    return this;
  }

  [Symbol.toPrimitive](): number {
    const numbers = Numbers.of(this.#context);
    if (this.#number === 0) this.#number = numbers.next();
    if (this.armed) numbers.armed.set(this.#number, this);
    return this.#number;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #arm(): void {
    this.#context.timers.arm(this, this.#context.clock.now() + this.#micros);
  }

  #call(): void {
    this.#callback.apply(this, this.#values as unknown[]);
    if (this.#closed || this.armed) return;
    if (this.#repeats) this.#arm();
    else this.#forget();
  }

  #forget(): void {
    if (this.#number !== 0) Numbers.of(this.#context).armed.delete(this.#number);
  }
}

/** `delay` as Node takes it, in microseconds: whole milliseconds, at least one. */
export function delayMicros(delay: unknown): number {
  const millis = Number(delay);
  return millis >= 1 && millis <= delayMax ? Math.trunc(millis) * 1_000 : 1_000;
}

/** The timeouts of one process that were asked for their number. */
class Numbers {
  readonly armed: Map<number, HostTimeout> = new Map();
  #last = 0;

  next(): number {
    return ++this.#last;
  }

  static of(context: HostContext): Numbers {
    let numbers = byProcess.get(context);
    if (numbers === undefined) {
      numbers = new Numbers();
      byProcess.set(context, numbers);
    }
    return numbers;
  }
}

const byProcess = new WeakMap<HostContext, Numbers>();
