import type { AdminSagaDetail, AdminSagaStep } from '../../api/console-api.ts';

/** Whether the saga failed at a step, and so is or was compensated. */
export function failedAt({ timeline }: Pick<AdminSagaDetail, 'timeline'>, { name }: AdminSagaStep): boolean {
  return timeline.some(({ what, step }) => what === 'saga failed' && step === name);
}

/** What a step's state is to a reader: of a saga that goes back, what is ahead is not reached any more. */
export function stateWords(saga: Pick<AdminSagaDetail, 'status' | 'timeline'>, step: AdminSagaStep): string {
  const goesBack =
    saga.status === 'rolled-back' ||
    saga.timeline.some(({ what }) => what === 'saga failed' || what === 'undo started');
  if (step.state === 'ahead' && goesBack) return 'not reached';
  if (step.state === 'left') return failedAt(saga, step) ? 'failed' : 'left as it is';
  return step.state;
}
