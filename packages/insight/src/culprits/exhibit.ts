/** What a trace shows against somebody. */
export interface Exhibit {
  /** A service, or a peer that sends no spans. */
  readonly accused: string;
  readonly operation: string | undefined;
  readonly instance: string | undefined;
  readonly charge: Charge;
  /** Who was calling it when this was seen; undefined where it was seen in the accused's own spans. */
  readonly caller: string | undefined;
  /** Microseconds beyond what is usual, for the charges of time; else 1. */
  readonly weight: number;
  /** For a failure of its own: whom the request usually calls, and did not. */
  readonly missing: readonly string[];
}

export type Charge =
  /** It took longer for what it does itself. */
  | 'own-time'
  /** A call to it took longer than the time that its spans show. */
  | 'call-time'
  /** Its callers waited before they tried once more. */
  | 'retry-time'
  /** It failed without a failing callee. */
  | 'own-failure'
  /** A call to it failed, and no span of its has come. */
  | 'no-answer'
  /** A call to it failed for its caller, but not for itself: it was given up. */
  | 'given-up'
  /** Its caller stopped after its answer, or it stopped itself, where it usually goes on. */
  | 'broken-off';
