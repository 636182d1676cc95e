import type { FaultPlan } from '../plan/fault-plan.ts';

/** The disk of a simulated host, and what may be done to it. It outlives the host's processes. */
export interface SimulatedDisk {
  setConditions(conditions: NonNullable<FaultPlan['disk']>): void;
  /** The disk is so until the returned function is called. */
  trouble(conditions: NonNullable<FaultPlan['disk']>): () => void;
  /** Writes fail with DISK_FULL until the returned function is called. */
  fill(): () => void;
  /** Everything on it is gone. Only while its host is down. */
  wipe(): void;
}
