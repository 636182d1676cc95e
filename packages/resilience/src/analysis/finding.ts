/** Stable names of what {@link analyse} finds. */
export type FindingCode =
  | 'BREAKER_OUTSIDE_RETRY'
  | 'COALESCE_INSIDE_RETRY'
  | 'FALLBACK_HIDES_FAILURES'
  | 'FALLBACK_MISSES_TIMEOUT'
  | 'HEDGE_AROUND_RETRY'
  | 'HEDGE_SHARES_ITS_RUN'
  | 'LATENCY_UNBOUNDED'
  | 'PERMIT_HELD_WHILE_WAITING'
  | 'RETRIES_CUT_SHORT'
  | 'RETRIES_NOT_COUNTED'
  | 'RETRIES_MULTIPLY'
  | 'RETRY_WITHOUT_TIMEOUT'
  | 'SAME_POLICY_TWICE'
  | 'TIMEOUT_WITHOUT_EFFECT';

/** `error`: a policy cannot do its work; `warning`: hardly what anybody wants; `notice`: a choice to be aware of. */
export type FindingSeverity = 'error' | 'warning' | 'notice';

/** Something that a pipeline does because of the order or the numbers of its policies. */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: FindingSeverity;
  /** The names of the policies concerned, the outermost first. */
  readonly policies: readonly string[];
  /** What happens, and what to do instead. */
  readonly message: string;
}
