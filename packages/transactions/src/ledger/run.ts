/** `stuck`: it waits for an operator. */
export type RunStatus = 'running' | 'stuck' | 'ended';

/** What is known of a run without its records. */
export interface RunSummary {
  readonly id: string;
  readonly type: string;
  readonly version: number;
  readonly status: RunStatus;
  /** In a few words why it is stuck, or how it ended. */
  readonly note: string | undefined;
  /** Wall-clock milliseconds since the Unix epoch. */
  readonly createdAt: number;
  readonly changedAt: number;
}

/** A run as it was stored. */
export interface StoredRun extends RunSummary {
  readonly owned: false;
  readonly records: readonly Uint8Array[];
  /** Not consumed yet, in the order in which they were posted. */
  readonly messages: readonly RunMessage[];
}

/** A run that this worker drives. Made by the engine; its worker sets the listener. */
export interface OwnedRun {
  readonly owned: true;
  readonly id: string;
  readonly type: string;
  readonly version: number;
  /** What it had when it became this worker's. */
  readonly records: readonly Uint8Array[];
  readonly status: RunStatus;
  /** Keys that it held then, and those it was lined up for. */
  readonly held: readonly string[];
  readonly awaited: readonly string[];
  readonly createdAt: number;
  /** All records that it has by now, where the engine has them at hand; else its worker keeps those that it adds. */
  current?(): readonly Uint8Array[];
  /** Until it is set, messages and grants wait for it. */
  listener: RunListener | undefined;
}

export interface RunListener {
  message(message: RunMessage): void;
  /** The run holds that key now. */
  granted(key: string): void;
}

export interface RunMessage {
  /** Of its run: 1, 2 and so on, in the order in which they were posted. */
  readonly sequence: number;
  readonly bytes: Uint8Array;
}

/** What else an append changes. */
export interface RunChange {
  /** `ended` is for good: its listener is told nothing more, its keys are released, who waits for its end is woken. */
  readonly status?: RunStatus | undefined;
  readonly note?: string | undefined;
  /** Sequences of messages that need not be delivered again. */
  readonly consumed?: readonly number[] | undefined;
}

export interface RunFilter {
  readonly type?: string | undefined;
  readonly status?: RunStatus | undefined;
  /** Of the page before. */
  readonly after?: string | undefined;
  /** Runs at most, 1 to 1,000. Default 100. */
  readonly limit?: number | undefined;
}

export interface RunPage {
  readonly runs: readonly RunSummary[];
  /** What to ask for as `after`; undefined when this is the last page. */
  readonly next: string | undefined;
}
