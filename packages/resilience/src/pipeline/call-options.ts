import type { Deadline } from '@holdfast/core';

/** What one call may say for itself. */
export interface CallOptions {
  /** Aborts the call: whatever it waits for ends at once, and it fails with `ABORTED`. */
  readonly signal?: AbortSignal;
  /** When the whole call has to be over, retries and waits included. Default: the caller's own deadline, if any. */
  readonly deadline?: Deadline;
  /** Selects the instance of keyed policies, and groups coalesced calls. */
  readonly key?: string;
  /** 0 is the most important; higher numbers are shed first and served last. Default 0. */
  readonly priority?: number;
  /** Whether repeating the operation is harmless; overrides what the retry and hedging policies say. */
  readonly idempotent?: boolean;
}
