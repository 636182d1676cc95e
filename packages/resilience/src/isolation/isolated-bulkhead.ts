import { type Duration, platformWorld, sleep, toMicros, type World } from '@holdfast/core';
import { bulkhead } from '../bulkhead/bulkhead.ts';
import { resilienceErrors } from '../errors.ts';
import { wholeNumber } from '../options.ts';
import type { CallOptions } from '../pipeline/call-options.ts';
import { Pipeline } from '../pipeline/pipeline.ts';
import type { AnyPolicy } from '../pipeline/policy.ts';
import { timeout } from '../timeout/timeout.ts';
import {
  type Answer,
  revive,
  type StartWorker,
  startProcess,
  startThread,
  type WorkerHost,
} from './worker-host.ts';

export interface IsolatedBulkheadOptions {
  /** The module whose exported functions it runs: `(input, { signal }) => value or promise`. Absolute URL. */
  readonly module: string | URL;
  /** How many workers there may be: each runs one call at a time, and is started when it is first needed. */
  readonly workers: number;
  /** How many calls may wait for a worker. Default 0. */
  readonly maxQueue?: number;
  /** How long a call may wait for a worker. */
  readonly queueTimeout?: Duration;
  /** How long a call may run. Default: as long as its own limits allow. */
  readonly timeout?: Duration;
  /** How long a worker may go on after its call was aborted, before it is ended by force. Default 100 ms. */
  readonly grace?: Duration;
  /** The heap that a worker may use, in megabytes. Default: what the platform allows. */
  readonly memory?: number;
  /** Name in errors. Default `isolated-bulkhead`. */
  readonly name?: string;
  readonly world?: World;
}

/**
 * Runs functions in workers of their own, so that neither a blocked event loop nor a crash of one call reaches the
 * others or this process. A call whose worker ends fails with WORKER_CRASHED; the next call gets a new worker. What
 * goes in and out is cloned by the structured clone algorithm. Idle workers keep no process alive.
 */
export class IsolatedBulkhead {
  readonly name: string;
  private readonly module: string;
  private readonly memory: number | undefined;
  private readonly grace: Duration;
  private readonly world: World;
  private readonly startWorker: StartWorker;
  private readonly calls: Pipeline<'BULKHEAD_FULL' | 'QUEUE_TIMEOUT' | 'TIMEOUT'>;
  private readonly idle: IsolatedWorker[] = [];
  private readonly all = new Set<IsolatedWorker>();
  private closed = false;

  /** @throws HoldfastError INVALID_ARGUMENT naming the option that cannot work. */
  constructor(startWorker: StartWorker, options: IsolatedBulkheadOptions) {
    this.name = options.name ?? 'isolated-bulkhead';
    this.world = options.world ?? platformWorld();
    this.module = String(options.module);
    this.startWorker = startWorker;
    this.grace = options.grace ?? '100ms';
    toMicros(this.grace, 'grace');
    this.memory = options.memory === undefined ? undefined : wholeNumber(options.memory, 'memory', 16);
    const { name, world } = this;
    const { queueTimeout } = options;
    const policies: AnyPolicy[] = [
      bulkhead({
        name,
        world,
        maxConcurrent: wholeNumber(options.workers, 'workers', 1, 1_024),
        maxQueue: options.maxQueue ?? 0,
        ...(queueTimeout === undefined ? undefined : { queueTimeout }),
        release: 'settled',
      }),
    ];
    if (options.timeout !== undefined) policies.push(timeout(options.timeout, { name, world }));
    this.calls = new Pipeline(policies, { name, world });
  }

  /** How many workers there are. */
  get workers(): number {
    return this.all.size;
  }

  /**
   * Runs the module's exported function `name` on `input` in a worker.
   *
   * @throws what the function threw (a HoldfastError as one); BULKHEAD_FULL, QUEUE_TIMEOUT, TIMEOUT, ABORTED;
   * WORKER_CRASHED when its worker ended before it answered.
   */
  run<T>(name: string, input: unknown, options?: CallOptions): Promise<T> {
    return this.calls.execute((attempt) => this.runInWorker<T>(name, input, attempt.signal), options);
  }

  /** Ends every worker at once, with its call. Calls from now on fail. */
  async close(): Promise<void> {
    this.closed = true;
    await Promise.all([...this.all].map((worker) => worker.end()));
  }

  private async runInWorker<T>(name: string, input: unknown, signal: AbortSignal): Promise<T> {
    if (this.closed) {
      throw resilienceErrors.create('WORKER_CRASHED', {
        message: `${this.name} is closed: make a new one`,
        executed: 'no',
        retryable: 'never',
        origin: { component: this.name },
      });
    }
    const worker = this.idle.pop() ?? this.newWorker();
    const abort = (): void => this.abort(worker, signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    try {
      return (await worker.run(name, input)) as T;
    } finally {
      signal.removeEventListener('abort', abort);
      if (worker.alive) this.idle.push(worker);
    }
  }

  private newWorker(): IsolatedWorker {
    const worker = new IsolatedWorker(this.name, this.startWorker, this.module, this.memory, () => {
      this.all.delete(worker);
      const place = this.idle.indexOf(worker);
      if (place !== -1) this.idle.splice(place, 1);
    });
    this.all.add(worker);
    return worker;
  }

  /** Asks the worker to stop, and ends it when it has not within the grace period. */
  private abort(worker: IsolatedWorker, reason: unknown): void {
    const call = worker.call;
    worker.abort(reason);
    void sleep(this.grace, { world: this.world }).then(() => {
      if (worker.call === call && worker.busy) return worker.end();
      return undefined;
    });
  }
}

/** Isolation in worker threads: a blocked loop and a crash of JavaScript stay inside. See {@link IsolatedBulkhead}. */
export function threadBulkhead(options: IsolatedBulkheadOptions): IsolatedBulkhead {
  return new IsolatedBulkhead(startThread, options);
}

/** Isolation in child processes: a crash of native code and an exhausted memory stay inside, too. */
export function processBulkhead(options: IsolatedBulkheadOptions): IsolatedBulkhead {
  return new IsolatedBulkhead(startProcess, options);
}

/** A worker and the one call that it has at a time. */
class IsolatedWorker {
  /** The number of its latest call. */
  call = 0;
  alive = true;
  private readonly owner: string;
  private readonly host: WorkerHost;
  private pending: { resolve(value: unknown): void; reject(error: unknown): void } | undefined = undefined;
  private readonly gone: Promise<void>;

  constructor(
    owner: string,
    start: StartWorker,
    module: string,
    memory: number | undefined,
    onEnd: () => void,
  ) {
    this.owner = owner;
    let left: () => void;
    this.gone = new Promise((resolve) => {
      left = resolve;
    });
    this.host = start(module, memory, {
      answered: (answer) => this.answered(answer),
      ended: (cause) => {
        this.alive = false;
        onEnd();
        left();
        this.settle()?.reject(this.crash(cause));
      },
    });
  }

  get busy(): boolean {
    return this.pending !== undefined;
  }

  run(name: string, input: unknown): Promise<unknown> {
    this.call++;
    this.host.hold(true);
    return new Promise((resolve, reject) => {
      this.pending = { resolve, reject };
      try {
        this.host.send({ type: 'run', call: this.call, name, input });
      } catch (error) {
        this.settle();
        reject(error);
      }
    });
  }

  abort(reason: unknown): void {
    if (this.alive) this.host.send({ type: 'abort', reason: String(reason) });
  }

  /** Ends it by force. */
  end(): Promise<void> {
    this.host.kill();
    return this.gone;
  }

  private answered(answer: Answer): void {
    if (answer.call !== this.call) return;
    const pending = this.settle();
    if (answer.ok) pending?.resolve(answer.value);
    else pending?.reject(revive(answer.error));
  }

  private settle(): typeof this.pending {
    const { pending } = this;
    this.pending = undefined;
    this.host.hold(false);
    return pending;
  }

  private crash(cause: unknown): unknown {
    const why = cause instanceof Error ? cause.message : String(cause);
    return resilienceErrors.create('WORKER_CRASHED', {
      message: `a worker of ${this.owner} ended before it answered (${why}): the next call gets a new one`,
      cause,
      origin: { component: this.owner },
    });
  }
}
