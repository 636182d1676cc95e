import type { MessageFromWorker, MessageToWorker } from './isolation-messages.ts';

/** A running worker, as the one who started it sees it. */
export interface WorkerLink {
  /** Its thread or process id. */
  readonly id: number | undefined;
  /** @throws when the message holds something that cannot be cloned. */
  send(message: MessageToWorker): void;
  /** Whether it keeps this process alive. It does at first. */
  hold(held: boolean): void;
  /** Ends it by force, whatever it is doing; the listener hears when it has ended. */
  kill(): void;
}

/** How a worker ended. */
export interface WorkerEnd {
  /** What happened, for people: `exit code 1`. */
  readonly how: string;
  /** What it threw, where that is known. */
  readonly cause?: unknown;
}

export interface WorkerListener {
  heard(message: MessageFromWorker): void;
  /** Called once, the last. */
  ended(end: WorkerEnd): void;
}

export type StartWorker = (listener: WorkerListener) => WorkerLink;
