import type { Severity } from './classification.ts';
import type { ErrorSample } from './sample.ts';

/** One stretch of time during which a threshold stays crossed. */
export interface ErrorEpisode {
  readonly threshold: string;
  /** The fingerprint of the group, for a threshold of scope `'group'`. */
  readonly group?: string;
  /** Wall-clock milliseconds since the Unix epoch when it was crossed. */
  readonly since: number;
  /** Errors within the window. */
  readonly recent: number;
}

/** Errors that are the same trouble. */
export interface ErrorGroup {
  /** Stable across processes and restarts. */
  readonly fingerprint: string;
  /** The code, or the name of the error's class. */
  readonly name: string;
  /** The message, with `#` for what varies. */
  readonly message: string;
  readonly component?: string;
  /** The worst seen. */
  readonly severity: Severity;
  readonly count: number;
  /** Errors within the window. */
  readonly recent: number;
  /** Errors per second, averaged over the window. */
  readonly rate: number;
  /** Wall-clock milliseconds since the Unix epoch. */
  readonly firstSeen: number;
  /** Wall-clock milliseconds since the Unix epoch. */
  readonly lastSeen: number;
  /** The oldest first. */
  readonly samples: readonly ErrorSample[];
}

/** All that a monitor knows; JSON-safe. */
export interface ErrorMonitorSnapshot {
  /** Wall-clock milliseconds since the Unix epoch. */
  readonly at: number;
  /** Milliseconds. */
  readonly window: number;
  readonly count: number;
  readonly recent: number;
  /** Errors per second, averaged over the window. */
  readonly rate: number;
  readonly countBySeverity: Readonly<Record<Severity, number>>;
  /** The latest seen first. */
  readonly groups: readonly ErrorGroup[];
  /** What was dropped because there were more than `groupsMax` groups. */
  readonly overflow: { readonly groups: number; readonly errors: number };
  /** The thresholds that are crossed now. */
  readonly episodes: readonly ErrorEpisode[];
}
