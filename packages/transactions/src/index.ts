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
