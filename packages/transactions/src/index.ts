export { type BeginSagaOptions, beginSaga } from './choreography/begin-saga.ts';
export {
  type Await,
  type ChoreographedService,
  type Choreography,
  choreography,
  type Emit,
  type Reaction,
} from './choreography/choreography.ts';
export {
  type Monitor,
  type MonitorOptions,
  type PendingReaction,
  type SagaPosition,
  type SeenEvent,
  startMonitor,
} from './choreography/monitor.ts';
export { type RunningService, type RunServiceOptions, runService } from './choreography/run-service.ts';
export type { SagaEvent } from './choreography/saga-event.ts';
export {
  type EmbeddedDatabase,
  type EmbeddedDatabaseOptions,
  openEmbeddedDatabase,
} from './embedded/embedded-database.ts';
export type { EmbeddedTransaction } from './embedded/embedded-transaction.ts';
export type { MessageOptions } from './engines/check-messages-max.ts';
export { LedgerMemory } from './engines/memory/ledger-memory.ts';
export { type MemoryEngineOptions, memoryEngine } from './engines/memory/memory-engine.ts';
export type { RetentionOptions } from './engines/retention.ts';
export { type TransactionErrorCode, transactionErrors } from './errors.ts';
export {
  type Aggregate,
  type Aggregates,
  type AggregatesOptions,
  aggregates,
  type CommandOptions,
  type Handled,
  type SnapshotOptions,
} from './event-sourcing/aggregates.ts';
export type { Checkpoints } from './event-sourcing/checkpoints.ts';
export type { Decider, DomainEvent } from './event-sourcing/decider.ts';
export type {
  AppendResult,
  EventCallOptions,
  EventMetadata,
  EventPage,
  EventStore,
  ExpectedVersion,
  NewEvent,
  ReadAllOptions,
  ReadStreamOptions,
  StoredEvent,
  StreamPage,
  SubscribeOptions,
} from './event-sourcing/event-store.ts';
export { type EventStoreOptions, openEventStore } from './event-sourcing/journal-event-store.ts';
export {
  type Projection,
  type ProjectionOptions,
  type ProjectionStatus,
  type RunningProjection,
  runProjection,
} from './event-sourcing/projection.ts';
export {
  type MemorySnapshotsOptions,
  memorySnapshots,
  type Snapshot,
  type Snapshots,
} from './event-sourcing/snapshots.ts';
export { type Upcaster, type Upcasting, upcasting } from './event-sourcing/upcasting.ts';
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
export { type MemoryBroker, type MemoryBrokerOptions, memoryBroker } from './memory-broker/memory-broker.ts';
export type { Broker, BrokerSubscribeOptions, Delivery } from './outbox/broker.ts';
export type { Inbox } from './outbox/inbox.ts';
export type { Message, MessageHeaders, ParkedMessage, ParkedOptions, ParkedPage } from './outbox/message.ts';
export type {
  ClaimedMessage,
  ClaimOptions,
  Outbox,
  OutboxBacklog,
  OutboxClaim,
  OutboxOutcome,
  OutgoingMessage,
} from './outbox/outbox.ts';
export type { Transactor } from './outbox/transactor.ts';
export { type Relay, type RelayFigures, type RelayOptions, startRelay } from './relay/relay.ts';
export { type Barrier, type BarrierVerdict, createBarrier } from './tcc/barrier.ts';
export type { BarrierCall, BarrierMark, TccOperation } from './tcc/barrier-call.ts';
export type { BarrierStorage, MarkKey } from './tcc/barrier-storage.ts';
export { type Judgement, judgeCall } from './tcc/judge-call.ts';
export {
  type BranchId,
  branchText,
  checkResourceName,
  readBranchText,
  readTransactionName,
  type TransactionName,
  transactionName,
  transactionPrefix,
} from './two-phase/branch-id.ts';
export type { Branch, BranchOutcome, Resource, ResourceAbilities } from './two-phase/resource.ts';
