import { enterOperation, type OperationScope, operationsObserved } from '@holdfast/core';
import type { StoreRun } from './store-run.ts';

/** A change that somebody waits for, as an operation in telemetry. Undefined when nobody observes. */
export function enterChange(name: string, { id, type }: StoreRun): OperationScope | undefined {
  if (!operationsObserved()) return undefined;
  return enterOperation(name, { 'holdfast.run.id': id, 'holdfast.run.type': type }, { partOnly: true });
}

export function exitWith(scope: OperationScope, change: Promise<unknown>): void {
  change.then(
    () => scope.exit(undefined),
    (error: unknown) => scope.exit(error),
  );
}
