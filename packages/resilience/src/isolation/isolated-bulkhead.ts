import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  anySignal,
  coreErrors,
  type Duration,
  invalidArgument,
  platformWorld,
  toMicros,
  toPositiveMicros,
  type World,
} from '@holdfast/core';
import { type Bulkhead, bulkhead } from '../bulkhead/bulkhead.ts';
import { wholeNumber } from '../options.ts';
import type { CallOptions } from '../pipeline/call-options.ts';
import { Pipeline } from '../pipeline/pipeline.ts';
import type { AnyPolicy } from '../pipeline/policy.ts';
import { type Backoff, exponential } from '../retry/backoff.ts';
import { timeout } from '../timeout/timeout.ts';
import { IsolatedCall } from './isolated-call.ts';
import type { StartWorker } from './worker-link.ts';
import { WorkerSlot } from './worker-slot.ts';

/** What every function gets after its arguments. */
export interface IsolatedContext {
  /** Aborted when nobody waits for the call any longer. A function that heeds it saves its worker from being ended. */
  readonly signal: AbortSignal;
}

/** A module of which no types are known. */
export type UntypedModule = Record<string, (...args: unknown[]) => unknown>;
/** The names of the functions that `Module` exports. */
export type FunctionNames<Module> = {
  [Name in keyof Module]: Module[Name] extends (...args: never[]) => unknown ? Name : never;
}[keyof Module] &
  string;
/** The arguments of a call: the function's parameters without the context. */
export type CallArguments<Fn> = Fn extends (...args: infer Parameters) => unknown
  ? Parameters extends [...infer Arguments, IsolatedContext]
    ? Arguments
    : Parameters
  : never;
/** What a call resolves to. */
export type CallResult<Fn> = Fn extends (...args: never[]) => infer Result ? Awaited<Result> : never;

export interface IsolatedBulkheadOptions {
  /** Name in errors and events. Default `thread-bulkhead` or `process-bulkhead`. */
  readonly name?: string;
  /** The module whose exported functions run in the workers: a URL, or an absolute path. */
  readonly module: URL | string;
  /** How many calls may wait for a worker. Default 0: refuse at once. */
  readonly maxQueue?: number;
  /** How long a call may wait for a worker. Default: as long as its own limits allow. */
  readonly queueTimeout?: Duration;
  /** How long a call may take once it has a place. Default: as long as its own limits allow. */
  readonly timeout?: Duration;
  /** How long an aborted call may take to end by itself, before its worker is ended by force. Default 100 ms. */
  readonly abortGrace?: Duration;
  /** How long a worker may take to start and load the module. Default 10 s. */
  readonly startTimeout?: Duration;
  /** The wait before a worker is replaced, from the second crash in a row on. Default exponential, 100 ms to 5 s. */
  readonly restartBackoff?: Backoff;
  /** The JavaScript heap that one worker may have, in megabytes; a call that needs more loses its worker. */
  readonly heapMegabytesMax?: number;
  readonly world?: World;
}

/**
 * Runs functions of a module in workers of their own, one call at a time in each: a call that blocks, crashes or
 * takes too much memory harms neither this process nor other calls. Arguments and results are structured clones.
 * Workers get the environment of this process, `NODE_OPTIONS` included, but not the flags on its command line.
 * Workers start when calls need them, stay for the next ones, and do not keep this process alive while idle.
 */
export class IsolatedBulkhead<Module extends object = UntypedModule> {
  readonly name: string;
  private readonly places: Bulkhead;
  private readonly calls: Pipeline;
  private readonly slots: readonly WorkerSlot[];
  private readonly closing = new AbortController();
  private closed: Promise<void> | undefined = undefined;

  /** @throws HoldfastError INVALID_ARGUMENT naming the option that cannot work. */
  constructor(name: string, options: IsolatedBulkheadOptions, workerCount: number, start: StartWorker) {
    const { world = platformWorld(), maxQueue = 0, queueTimeout } = options;
    this.name = name;
    this.places = bulkhead({
      name,
      world,
      maxConcurrent: workerCount,
      maxQueue,
      release: 'settled',
      ...(queueTimeout === undefined ? undefined : { queueTimeout }),
    });
    const policies: AnyPolicy[] = [this.places];
    if (options.timeout !== undefined) policies.push(timeout(options.timeout, { name, world }));
    this.calls = new Pipeline(policies, { name, world });
    const settings = {
      name,
      module: moduleUrl(options.module),
      start,
      startTimeout: toPositiveMicros(options.startTimeout ?? '10s', 'startTimeout'),
      abortGrace: toMicros(options.abortGrace ?? '100ms', 'abortGrace'),
      backoff: options.restartBackoff ?? exponential({ initial: '100ms', max: '5s' }),
      world,
    };
    this.slots = Array.from({ length: workerCount }, () => new WorkerSlot(settings));
  }

  /** How many calls have a place; one that was aborted keeps it until its worker is free or has ended. */
  get inUse(): number {
    return this.places.inUse;
  }

  /** How many calls wait. */
  get queued(): number {
    return this.places.queued;
  }

  /** Thread or process ids of the workers that run. */
  get workers(): readonly number[] {
    return this.slots.flatMap(({ worker }) => worker ?? []);
  }

  /**
   * Calls the function that the module exports as `exportName` in a worker. It gets `args` and, after them, an
   * {@link IsolatedContext}.
   *
   * @throws what the function threw, as a copy; HoldfastError WORKER_CRASHED when its worker ended before it
   * answered, TIMEOUT, BULKHEAD_FULL, QUEUE_TIMEOUT, ABORTED (also once closed) or DEADLINE_EXCEEDED;
   * INVALID_ARGUMENT when there is no such function, or an argument cannot be cloned.
   */
  async run<Name extends FunctionNames<Module>>(
    exportName: Name,
    args: CallArguments<Module[Name]>,
    options: Pick<CallOptions, 'signal' | 'deadline' | 'priority'> = {},
  ): Promise<CallResult<Module[Name]>> {
    const { signal, dispose } = this.untilClosed(options.signal);
    try {
      const result = await this.calls.execute(
        (attempt) => {
          const call = new IsolatedCall(exportName, args as readonly unknown[], attempt.signal);
          this.nearestSlot().run(call);
          return call.result;
        },
        { ...options, signal },
      );
      return result as CallResult<Module[Name]>;
    } finally {
      dispose();
    }
  }

  /** Ends all calls, with ABORTED, and all workers; resolves when none is left. Calls that come later are refused. */
  close(): Promise<void> {
    this.closed ??= this.endAll();
    return this.closed;
  }

  private async endAll(): Promise<void> {
    this.closing.abort(coreErrors.create('ABORTED', { message: `${this.name} is closed`, stack: false }));
    await Promise.all(this.slots.map((slot) => slot.close()));
  }

  private untilClosed(signal: AbortSignal | undefined): { signal: AbortSignal; dispose: () => void } {
    if (signal === undefined) return { signal: this.closing.signal, dispose: () => {} };
    const either = anySignal([signal, this.closing.signal]);
    return { signal: either.signal, dispose: () => either.dispose() };
  }

  /** The free slot that is ready soonest. There is one for each place of the bulkhead. */
  private nearestSlot(): WorkerSlot {
    const free = this.slots.filter(({ busy }) => !busy);
    return free.reduce((nearest, slot) => (slot.distance < nearest.distance ? slot : nearest));
  }
}

export function heapLimitOf({ heapMegabytesMax }: IsolatedBulkheadOptions): number | undefined {
  return heapMegabytesMax === undefined ? undefined : wholeNumber(heapMegabytesMax, 'heapMegabytesMax', 8);
}

function moduleUrl(module: URL | string): string {
  if (module instanceof URL) return module.href;
  if (typeof module === 'string' && isAbsolute(module)) return pathToFileURL(module).href;
  if (typeof module === 'string' && URL.canParse(module)) return module;
  throw invalidArgument('module', module, 'a URL or an absolute path');
}
