/** Of one definition, in this process since it was made. */
export interface SagaFigures {
  /** Runs driven here: begun, or gone on with after another life. */
  readonly driven: number;
  readonly committed: number;
  readonly rolledBack: number;
  /** Times that a step, a compensation or a whole saga became stuck. */
  readonly stuck: number;
  /** Attempts at steps, pivots and ensures that have ended. */
  readonly attempts: number;
  /** Attempts at compensations that have ended. */
  readonly compensations: number;
}

/** Figures as drivers count them. */
export class SagaCount implements SagaFigures {
  driven = 0;
  committed = 0;
  rolledBack = 0;
  stuck = 0;
  attempts = 0;
  compensations = 0;
}
