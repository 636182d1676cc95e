import type { FaultPlan } from '../plan/fault-plan.ts';

/** The network between simulated hosts, and what may be done to it. A link has a direction. */
export interface SimulatedNetwork {
  /** What all links do unless they are degraded. */
  setConditions(conditions: NonNullable<FaultPlan['network']>): void;
  /** Nothing gets from `from` to `to` until the returned function is called. Cuts of one link add up. */
  cut(from: string, to: string): () => void;
  /** What goes from `from` to `to` waits until the returned function is called. */
  clog(from: string, to: string): () => void;
  /** The link is so until the returned function is called. */
  degrade(from: string, to: string, conditions: NonNullable<FaultPlan['network']>): () => void;
}
