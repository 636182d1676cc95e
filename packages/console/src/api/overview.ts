import type { GoldenSignals, Health, Red, Window } from './signals.ts';

export interface Overview extends Window {
  /** One sentence of state. */
  readonly sentence: string;
  readonly health: Health;
  readonly findings: readonly Finding[];
  readonly signals: GoldenSignals;
  readonly services: readonly ServiceSummary[];
  readonly objectives: readonly ObjectiveState[];
}

/** Something that is wrong, with what is known of its cause. */
export interface Finding {
  readonly severity: 'note' | 'warning' | 'alarm';
  /** One sentence. */
  readonly text: string;
  readonly service: string | undefined;
  readonly operation: string | undefined;
  /** Sentences that speak for it, with their numbers. */
  readonly evidence: readonly string[];
  /** A place in the page that shows it: a path with its query. */
  readonly link: string | undefined;
}

export interface ServiceSummary {
  readonly name: string;
  readonly health: Health;
  readonly red: Red;
  readonly versions: readonly string[];
  readonly instances: number;
  /** What drew it down, where it is not healthy. */
  readonly reason: string | undefined;
  /** What drew it down is over. */
  readonly recovered: boolean;
}

/** An objective (SLO) and what is left of its error budget. */
export interface ObjectiveState {
  readonly name: string;
  readonly service: string;
  /** Share that has to be good. */
  readonly target: number;
  readonly good: number;
  readonly total: number;
  /** Share of the budget that is left; below 0 when it is overspent. */
  readonly budgetLeft: number;
  /** How many times faster than sustainable the budget is spent, over the last hour or what there is of it. */
  readonly burnRate: number;
}
