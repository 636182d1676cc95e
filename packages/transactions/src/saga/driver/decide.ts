import { classify, surelyNotDone } from '../failure.ts';
import type { PlaceKind } from '../records/plan.ts';

/** What a failed attempt leads to. */
export type Verdict = 'again' | 'compensate' | 'stuck';

/** What is known when an attempt has failed. */
export interface FailedAttempt {
  readonly kind: PlaceKind;
  /** Whether it was an attempt at the compensation. */
  readonly undo: boolean;
  readonly error: unknown;
  /** Whether there is an attempt left, and time for it. */
  readonly attemptsLeft: boolean;
  /** Whether repeating it is harmless though it may have happened. */
  readonly idempotent: boolean;
  /** Whether an earlier attempt may have happened. */
  readonly doubtful: boolean;
}

/**
 * Only what is certain is compensated at the pivot, and nothing is given up after it: what can be neither repeated nor
 * compensated waits for an operator.
 */
export function decide(failed: FailedAttempt): Verdict {
  const { kind, undo, error, attemptsLeft, idempotent, doubtful } = failed;
  const failure = classify(error);
  if (failure === 'bug') return 'stuck';
  if (failure !== 'terminal' && attemptsLeft && (idempotent || failure === 'transient')) return 'again';
  if (undo || kind === 'ensure') return 'stuck';
  if (kind !== 'pivot') return 'compensate';
  return surelyNotDone(error) && (failure === 'terminal' || !doubtful) ? 'compensate' : 'stuck';
}
