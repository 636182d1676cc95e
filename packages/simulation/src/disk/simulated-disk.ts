import type { FaultPlan } from '../plan/fault-plan.ts';

/** The disk of a simulated host, and what may be done to it. It outlives the host's processes. */
export interface SimulatedDisk {
  /** What it does unless it is in trouble. */
  setConditions(conditions: NonNullable<FaultPlan['disk']>): void;
  /** The disk is so, in what `conditions` name, until the returned function is called. The latest trouble counts. */
  trouble(conditions: NonNullable<FaultPlan['disk']>): () => void;
  /** Writes, and truncations that extend, fail with DISK_FULL until the returned function is called. */
  fill(): () => void;
  /**
   * Everything on it is gone. Only while its host is down. Until {@link restored} says otherwise, a copy of everything
   * counts as damaged.
   */
  wipe(): void;
  /** Everything that a wipe took is there again, copied from others: other disks may be damaged now. */
  restored(): void;
}
