export type { MessageOptions } from './engines/check-messages-max.ts';
export { LedgerMemory } from './engines/memory/ledger-memory.ts';
export { type MemoryEngineOptions, memoryEngine } from './engines/memory/memory-engine.ts';
export type { RetentionOptions } from './engines/retention.ts';
export { type TransactionErrorCode, transactionErrors } from './errors.ts';
export { checkRunFilter } from './ledger/check-run-filter.ts';
export type { AnyRunDefinition } from './ledger/definition-registry.ts';
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
export {
  type LedgerLostEvent,
  ledgerLost,
  type RunEndedEvent,
  type RunEvent,
  type RunStuckEvent,
  runEnded,
  runRecovered,
  runStarted,
  runStuck,
} from './ledger/ledger-events.ts';
export { type LedgerOptions, openLedger } from './ledger/open-ledger.ts';
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
