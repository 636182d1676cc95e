/** How often faults struck hosts in each role and phase. Plain data. */
export interface Coverage {
  /** Sorted by kind, role and phase. */
  readonly cells: readonly CoverageCell[];
}

export interface CoverageCell {
  /** The kind of the fault, of a plan or by chance: `'crash'`, `'loss'`. */
  readonly kind: string;
  /** What the host said of itself when the fault struck. */
  readonly role: string;
  readonly phase: string;
  readonly count: number;
}

/** What faults ought to strike: each kind, in each phase of each role. */
export interface ExpectedCoverage {
  /** The phases of each role, by role. */
  readonly roles: Readonly<Record<string, readonly string[]>>;
  /** Default: every kind that a search draws for the scenario. */
  readonly kinds?: readonly string[];
}
