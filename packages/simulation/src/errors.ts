import { defineErrors, type ErrorCatalogue } from '@holdfast/core';

/** Codes of the errors that this package itself throws, besides those of core. */
export type SimulationErrorCode = 'SCENARIO_FAILED' | 'SEEDS_UNFINISHED';

export const simulationErrors: ErrorCatalogue<SimulationErrorCode> = defineErrors<SimulationErrorCode>({
  /** A chaos test found a run that fails; the message tells it, and how to make it again. */
  SCENARIO_FAILED: { severity: 'high', category: 'internal', retryable: 'never', executed: 'yes' },
  /** A chaos test did not get through its seeds in the time that it had. */
  SEEDS_UNFINISHED: { severity: 'medium', category: 'timeout', retryable: 'safe', executed: 'maybe' },
});
