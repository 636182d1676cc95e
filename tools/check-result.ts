/** What a check found: facts worth printing, and problems, each of which fails it. */
export interface CheckResult {
  readonly facts: readonly string[];
  readonly problems: readonly string[];
}
