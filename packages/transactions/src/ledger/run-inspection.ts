import type { StoredRun } from './run.ts';

/** What a protocol says of its runs to people, and takes from them. A ledger shows its runs through it. */
export interface RunInspector {
  /** What the records of a run say. */
  look(run: StoredRun): RunInspection;
  /**
   * The message that asks a run for `action`.
   *
   * @throws HoldfastError INVALID_ARGUMENT when the protocol knows no such action, or it lacks its step.
   */
  messageFor(action: RunAction): Uint8Array;
}

export interface RunInspection {
  /** Once it has ended. */
  readonly outcome: 'committed' | 'rolled-back' | undefined;
  /** The step that it is at, or is stuck in. */
  readonly step: string | undefined;
  /** Why it is stuck, or was rolled back. */
  readonly problem: string | undefined;
  readonly input: unknown;
  readonly steps: readonly InspectedStep[];
  readonly timeline: readonly InspectedMoment[];
  /** What may be asked of it now. */
  readonly actions: readonly RunActionName[];
}

export interface InspectedStep {
  readonly name: string;
  readonly kind: string;
  readonly state: string;
  /** Those that failed. */
  readonly attempts: number;
  readonly lastError: string | undefined;
  /** Its result. */
  readonly value: unknown;
}

export interface InspectedMoment {
  /** Wall-clock milliseconds since the Unix epoch; undefined where the protocol does not record it. */
  readonly at: number | undefined;
  /** In a few words, such as `step done`. */
  readonly what: string;
  readonly step: string | undefined;
  /** Why it came to that. */
  readonly reason: string | undefined;
  /** What it resulted in. */
  readonly value: unknown;
}

/**
 * - `retry`: try again what is stuck
 * - `skip`: go on without it
 * - `resolve`: it has been seen to by hand
 * - `cancel`: undo what has been done
 */
export type RunActionName = 'retry' | 'skip' | 'resolve' | 'cancel';

export interface RunAction {
  readonly name: RunActionName;
  /** The step that it is about, where it is about one. */
  readonly step?: string | undefined;
  /** For `resolve`: the step's result. */
  readonly value?: unknown;
  /** For `cancel`. */
  readonly reason?: string | undefined;
}
