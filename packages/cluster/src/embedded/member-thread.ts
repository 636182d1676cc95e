import { type MessagePort, Worker } from 'node:worker_threads';
import { asHoldfastError, errorFromJson, type HoldfastError } from '@holdfast/core';
import { clusterErrors } from '../errors.ts';
import type { ClusterReport } from '../member/inspection/cluster-report.ts';
import type { FromThread, ThreadOptions, ThreadStatus, ToThread } from './thread-messages.ts';

/** The module that a member's thread runs. */
export interface ThreadProgram {
  readonly module: URL;
}

/** As it is built, also for who runs this from its source: Node takes no other. */
export const memberProgram: ThreadProgram = {
  module: new URL('../../dist/embedded/member-worker.js', import.meta.url),
};

interface Asking {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** A member in a thread of its own, as its process sees it. */
export class MemberThread {
  /** Settles when the thread has ended: rejects with what made its member stop by itself. */
  readonly stopped: Promise<void>;
  readonly name: string;
  readonly #worker: Worker;
  readonly #asking = new Map<number, Asking>();
  #started: () => void = () => undefined;
  #lastId = 0;
  #ended = false;
  #error: HoldfastError | undefined;
  /** Whether it was told to end at once. */
  #killed = false;

  private constructor(options: ThreadOptions, { module }: ThreadProgram) {
    this.name = options.name;
    this.#worker = new Worker(module, {
      workerData: options,
      name: `holdfast ${options.name}`,
      // What this process was started with is meant for its own program.
      execArgv: [],
    });
    this.#worker.on('message', (message: FromThread) => this.#hear(message));
    // A thread may end with whatever was thrown in it.
    this.#worker.on('error', (thrown: unknown) => {
      const { message } = asHoldfastError(thrown);
      this.#error = clusterErrors.create('MEMBER_STOPPED', {
        message: `the thread of ${this.name} has failed: ${message}`,
        cause: thrown,
      });
    });
    this.stopped = new Promise((resolve, reject) => {
      this.#worker.on('exit', () => {
        this.#ended = true;
        const error = this.#killed ? undefined : this.#error;
        for (const { reject: refuse } of this.#asking.values()) refuse(error ?? this.#notThere());
        this.#asking.clear();
        if (error === undefined) resolve();
        else reject(error);
      });
    });
    this.stopped.catch(() => undefined); // Whoever cares has taken it up.
  }

  /** Resolves once the member takes part. @throws HoldfastError as `startMember` does; FOLDER_OWNED. */
  static async start(options: ThreadOptions, program: ThreadProgram): Promise<MemberThread> {
    const thread = new MemberThread(options, program);
    const started = new Promise<void>((resolve) => {
      thread.#started = resolve;
    });
    await Promise.race([started, thread.stopped]);
    if (thread.#ended) throw thread.#notThere();
    return thread;
  }

  /** Gives the thread one end of a pair of ports, over which it serves; false when it has ended. */
  connect(port: MessagePort): boolean {
    if (this.#ended) return false;
    this.#tell({ kind: 'connect', port }, [port]);
    return true;
  }

  /** @throws HoldfastError MEMBER_STOPPED. */
  status(): Promise<ThreadStatus> {
    return this.#ask('status') as Promise<ThreadStatus>;
  }

  /** @throws HoldfastError MEMBER_STOPPED. */
  report(): Promise<ClusterReport> {
    return this.#ask('inspect') as Promise<ClusterReport>;
  }

  cut(cut: boolean): void {
    if (!this.#ended) this.#tell({ kind: 'cut', cut });
  }

  /** Lets the member leave in good order. `grace` in microseconds. */
  async stop(grace: number): Promise<void> {
    if (!this.#ended) this.#tell({ kind: 'stop', grace });
    await this.stopped.catch(() => undefined);
  }

  /** Ends the thread where it stands. */
  async kill(): Promise<void> {
    this.#killed = true;
    await this.#worker.terminate();
    await this.stopped;
  }

  #ask(kind: 'status' | 'inspect'): Promise<unknown> {
    if (this.#ended) return Promise.reject(this.#notThere());
    const id = ++this.#lastId;
    this.#tell({ kind, id });
    return new Promise((resolve, reject) => this.#asking.set(id, { resolve, reject }));
  }

  #hear(message: FromThread): void {
    switch (message.kind) {
      case 'started':
        this.#started();
        return;
      case 'answer':
        this.#asking.get(message.id)?.resolve(message.answer);
        this.#asking.delete(message.id);
        return;
      case 'stopped':
        if (message.error !== undefined) this.#error = errorFromJson(message.error);
    }
  }

  #tell(message: ToThread, transfer: readonly MessagePort[] = []): void {
    this.#worker.postMessage(message, [...transfer]);
  }

  #notThere(): HoldfastError {
    return (
      this.#error ??
      clusterErrors.create('MEMBER_STOPPED', { message: `the thread of ${this.name} has ended` })
    );
  }
}
