import {
  assert,
  coreErrors,
  defineEvent,
  type EventType,
  formatMicros,
  invalidArgument,
  Timer,
  type World,
} from '@holdfast/core';
import { resilienceErrors } from '../errors.ts';
import type { Backoff } from '../retry/backoff.ts';
import { type IsolatedCall, reviveThrown } from './isolated-call.ts';
import type { MessageFromWorker } from './isolation-messages.ts';
import type { StartWorker, WorkerEnd, WorkerLink, WorkerListener } from './worker-link.ts';

export interface WorkerSettings {
  /** Name of the bulkhead. */
  readonly name: string;
  /** URL of the user's module. */
  readonly module: string;
  readonly start: StartWorker;
  /** Microseconds. */
  readonly startTimeout: number;
  /** Microseconds. */
  readonly abortGrace: number;
  /** Between the crashes of one slot. */
  readonly backoff: Backoff;
  readonly world: World;
}

/** A worker of an isolated bulkhead has ended. */
export interface WorkerEndedEvent {
  readonly bulkhead: string;
  /** Thread or process id. */
  readonly worker: number | undefined;
  /** `crashed` by itself, or `terminated` because its call was aborted or the bulkhead closed. */
  readonly reason: 'crashed' | 'terminated';
  readonly how: string;
  /** Milliseconds before another may start in its place. */
  readonly restartDelay: number;
}

export const workerEnded: EventType<WorkerEndedEvent> = defineEvent<WorkerEndedEvent>(
  'holdfast.isolation.worker-ended',
);

/**
 * The place of one worker. A call starts the worker when there is none; after a crash another one may start at
 * once, after several in a row only with a growing delay. As a timer, it is that delay, or the time that a
 * worker has to start.
 */
export class WorkerSlot extends Timer implements WorkerListener {
  private readonly settings: WorkerSettings;
  private link: WorkerLink | undefined = undefined;
  private ready = false;
  private terminating = false;
  private unusable: WorkerEnd | undefined = undefined;
  private call: IsolatedCall | undefined = undefined;
  private callNumber = 0;
  private crashesInRow = 0;
  private restartDelay = 0;
  private restartAt = 0;
  private closed: (() => void) | undefined = undefined;

  constructor(settings: WorkerSettings) {
    super();
    this.settings = settings;
  }

  /** Thread or process id of its worker; undefined while there is none. */
  get worker(): number | undefined {
    return this.link?.id;
  }

  get busy(): boolean {
    return this.call !== undefined;
  }

  /** Microseconds before it can take a call; less than 0 when its worker runs, most so when that is ready. */
  get distance(): number {
    if (this.link === undefined) return Math.max(0, this.restartAt - this.settings.world.clock.now());
    return this.ready ? -2 : -1;
  }

  run(call: IsolatedCall): void {
    assert(!this.busy, 'a worker runs one call at a time');
    this.call = call;
    call.assign(this);
    if (this.call === undefined) return;
    this.link?.hold(true);
    if (this.ready) this.send(call);
    else if (this.distance > 0) this.settings.world.timers.arm(this, this.restartAt);
    else if (this.link === undefined) this.start();
  }

  /** Nobody waits for `call` any longer. A worker that does not heed the message in time is ended. */
  aborted(call: IsolatedCall, reason: unknown): void {
    if (!call.sent) {
      if (this.link === undefined) this.settings.world.timers.disarm(this);
      this.release().fail(reason);
      return;
    }
    const { timers, clock } = this.settings.world;
    timers.arm(call, clock.now() + this.settings.abortGrace);
    const text = reason instanceof Error ? reason.message : String(reason);
    this.link!.send({ type: 'abort', call: this.callNumber, reason: text });
  }

  /** Ends its worker by force; the next call starts another. */
  terminate(): void {
    this.terminating = true;
    this.link?.kill();
  }

  /** Resolves once its worker has ended. */
  close(): Promise<void> {
    if (this.link === undefined) return Promise.resolve();
    // Idle workers keep no process alive, but whoever waits for their end must not be left waiting.
    this.link.hold(true);
    return new Promise((resolve) => {
      this.closed = resolve;
      this.terminate();
    });
  }

  /** A delay before a restart is over, or a worker has taken too long to start. */
  override fire(): void {
    if (this.link === undefined) {
      this.start();
      return;
    }
    this.unusable = { how: `it did not start within ${formatMicros(this.settings.startTimeout)}` };
    this.link.kill();
  }

  heard(message: MessageFromWorker): void {
    if (message.type === 'ready') {
      this.ready = true;
      this.settings.world.timers.disarm(this);
      if (this.call !== undefined) this.send(this.call);
    } else if (message.type === 'unusable') {
      this.unusable = { how: 'its module cannot be loaded', cause: reviveThrown(message.error) };
      this.link?.kill();
    } else if (this.call !== undefined && message.call === this.callNumber) {
      this.crashesInRow = 0;
      const { name } = this.call;
      const call = this.release();
      if (message.type === 'value') call.succeed(message.value);
      else if (message.type === 'error') call.fail(reviveThrown(message.error));
      else call.fail(missingFunction(name, message.functions));
    }
  }

  ended(end: WorkerEnd): void {
    const { world, name } = this.settings;
    const worker = this.worker;
    const why = this.unusable ?? end;
    const reason = this.terminating ? 'terminated' : 'crashed';
    this.link = undefined;
    this.ready = false;
    this.terminating = false;
    this.unusable = undefined;
    world.timers.disarm(this);
    this.delayRestart(reason);
    if (workerEnded.active) {
      const restartDelay = this.restartDelay / 1_000;
      workerEnded.publish({ bulkhead: name, worker, reason, how: why.how, restartDelay });
    }
    if (this.call !== undefined) {
      const error = crashed(name, this.call, worker, why);
      this.release().fail(error);
    }
    this.closed?.();
  }

  private start(): void {
    const { world, start, startTimeout, module } = this.settings;
    try {
      this.link = start(this);
    } catch (cause) {
      this.ended({ how: 'it could not be started', cause });
      return;
    }
    world.timers.arm(this, world.clock.now() + startTimeout);
    this.link.send({ type: 'load', module });
  }

  private send(call: IsolatedCall): void {
    this.callNumber++;
    try {
      this.link!.send({ type: 'call', call: this.callNumber, name: call.name, args: call.args });
      call.sent = true;
    } catch (cause) {
      this.release().fail(
        coreErrors.create('INVALID_ARGUMENT', {
          message: `args hold something that cannot be sent to a worker: ${String(cause)}`,
          cause,
        }),
      );
    }
  }

  /** Lets go of its call, which leaves no timer and no longer keeps this process alive. */
  private release(): IsolatedCall {
    const call = this.call!;
    this.call = undefined;
    this.settings.world.timers.disarm(call);
    this.link?.hold(false);
    return call;
  }

  private delayRestart(reason: 'crashed' | 'terminated'): void {
    const { world, backoff } = this.settings;
    this.crashesInRow = reason === 'crashed' ? this.crashesInRow + 1 : 0;
    this.restartDelay =
      this.crashesInRow < 2 ? 0 : backoff.delay(this.crashesInRow - 1, this.restartDelay, world.random);
    this.restartAt = world.clock.now() + this.restartDelay;
  }
}

function crashed(name: string, call: IsolatedCall, worker: number | undefined, end: WorkerEnd): Error {
  const when = call.sent ? 'while it ran' : 'before it ran';
  return resilienceErrors.create('WORKER_CRASHED', {
    message: `a worker of ${name} ended ${when} ${call.name}: ${end.how}; the next call gets a new worker`,
    context: { function: call.name, how: end.how, ...(worker === undefined ? undefined : { worker }) },
    origin: { component: name, operation: call.name },
    stack: false,
    ...('cause' in end ? { cause: end.cause } : undefined),
    ...(call.sent ? undefined : { executed: 'no', retryable: 'safe' }),
  });
}

function missingFunction(name: string, functions: readonly string[]): Error {
  return invalidArgument('exportName', name, `a function that the module exports: ${functions.join(', ')}`);
}
