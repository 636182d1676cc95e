import type { CauseJson } from '@holdfast/core';
import { type AbortSubscriber, errorFromJson, offAbort, onAbort, Timer } from '@holdfast/core';
import type { WorkerSlot } from './worker-slot.ts';

/** One call to a worker. As a timer, it is the grace that it has left once it is aborted. */
export class IsolatedCall extends Timer implements AbortSubscriber {
  abortSlot = -1;
  readonly name: string;
  readonly args: readonly unknown[];
  readonly result: Promise<unknown>;
  /** Whether the worker has got it. */
  sent = false;
  /** Set once nobody waits for it any longer. */
  aborted: { readonly reason: unknown } | undefined = undefined;
  private readonly signal: AbortSignal;
  private runner: WorkerSlot | undefined = undefined;
  private resolve!: (value: unknown) => void;
  private reject!: (error: unknown) => void;

  constructor(name: string, args: readonly unknown[], signal: AbortSignal) {
    super();
    this.name = name;
    this.args = args;
    this.signal = signal;
    this.result = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  /** `runner` runs it from now on. */
  assign(runner: WorkerSlot): void {
    this.runner = runner;
    onAbort(this.signal, this);
  }

  onAbort(reason: unknown): void {
    this.aborted = { reason };
    this.runner!.aborted(this, reason);
  }

  /** The grace is over. */
  override fire(): void {
    this.runner!.terminate();
  }

  succeed(value: unknown): void {
    offAbort(this.signal, this);
    this.resolve(value);
  }

  fail(error: unknown): void {
    offAbort(this.signal, this);
    this.reject(this.aborted === undefined ? error : this.aborted.reason);
  }
}

/** What the worker's function threw. */
export function reviveThrown(json: CauseJson): unknown {
  return errorFromJson({ version: 1, code: 'UNEXPECTED', message: '', cause: json }).cause;
}
