import type { AdminSaga } from '@holdfast/telemetry';

export interface SagaList {
  readonly sagas: readonly SagaRow[];
  /** Of those that are listed. */
  readonly counts: Readonly<Record<AdminSaga['status'], number>>;
  /** Whether all are listed: a process tells of 500 at most, stuck ones first. */
  readonly complete: boolean;
  /** Services that run sagas and do not answer: too busy, standing still, or gone a moment ago. */
  readonly silent: readonly string[];
}

export interface SagaRow extends AdminSaga {
  readonly source: string;
  readonly service: string;
}
