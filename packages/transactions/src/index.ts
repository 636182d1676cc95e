export { type TransactionErrorCode, transactionErrors } from './errors.ts';
export type { Ledger, LedgerFigures, Run, StartOptions } from './ledger/ledger.ts';
export type {
  EngineHost,
  JoinOptions,
  LedgerEngine,
  LedgerEngineFigures,
  LedgerSession,
  LedgerVisit,
  NewRun,
} from './ledger/ledger-engine.ts';
export type {
  OwnedRun,
  RunChange,
  RunFilter,
  RunListener,
  RunMessage,
  RunPage,
  RunStatus,
  RunSummary,
  StoredRun,
} from './ledger/run.ts';
export type { RunContext, RunDefinition } from './ledger/run-definition.ts';
export { saga } from './saga/build-saga.ts';
export type { ContextOf, StepContext, UndoContext, UndoContextOf } from './saga/context.ts';
export {
  type SagaEndedEvent,
  type SagaStuckEvent,
  type StepAttemptedEvent,
  sagaEnded,
  sagaStuck,
  stepAttempted,
} from './saga/events.ts';
export { terminal } from './saga/failure.ts';
export type { SagaFigures } from './saga/figures.ts';
export type { Migration } from './saga/migration.ts';
export { type Posted, type SagaOperator, sagaOperator } from './saga/operator.ts';
export type {
  EnsureOptions,
  PivotOptions,
  SagaOptions,
  StepOptions,
  StepRetry,
  WaitOptions,
} from './saga/options.ts';
export type { Committed, RolledBack, SagaOutcome } from './saga/outcome.ts';
export type { Saga, SagaAfterPivot, SagaBeforePivot } from './saga/saga.ts';
export type { StandardSchema } from './saga/standard-schema.ts';
export { type SagaStatus, type StepStatus, sagaStatus, type TimelineEntry } from './saga/status.ts';
export type { Stored } from './saga/stored.ts';
