/** How a policy is at the moment, for people who look: it is asked now and then, not at each call. */
export interface PolicyCondition {
  /** In its own words, such as `open`; undefined where it has no states. */
  readonly state?: string | undefined;
  /** Whether it turns calls away or degrades them now. */
  readonly alarming: boolean;
  /** What it counts and is limited by, such as `{ inUse: 3, maxConcurrent: 20 }`. Durations are milliseconds. */
  readonly figures: Readonly<Record<string, number>>;
}

/** Of a policy that has nothing to tell. */
export const unremarkable: PolicyCondition = Object.freeze({ alarming: false, figures: Object.freeze({}) });
