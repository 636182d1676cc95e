export { CommitMachine } from './atomic-commit/commit-machine.ts';
export type {
  AddressedMessage,
  CommitMessage,
  CommitOutput,
  CommitSettings,
  CommitState,
} from './atomic-commit/commit-message.ts';
export type {
  Heuristic,
  TransactionCommitted,
  TransactionOutcome,
  TransactionRolledBack,
} from './atomic-commit/outcome.ts';
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
export { type JournalEngineOptions, journalEngine } from './engines/journal/journal-engine.ts';
export { LedgerMemory } from './engines/memory/ledger-memory.ts';
export { type MemoryEngineOptions, memoryEngine } from './engines/memory/memory-engine.ts';
export type { RetentionOptions } from './engines/retention.ts';
export { type StoreLedgerOptions, storeLedger } from './engines/store/store-ledger.ts';
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
export {
  type InspectedLedger,
  type InspectedRun,
  type InspectedStatus,
  type InspectionFilter,
  ledgers,
  type RunDetail,
} from './ledger/inspected-ledger.ts';
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
export { newLedgerId } from './ledger/new-ledger-id.ts';
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
export type { AttendedLedger, RunContext, RunDefinition } from './ledger/run-definition.ts';
export type {
  InspectedMoment,
  InspectedStep,
  RunAction,
  RunActionName,
  RunInspection,
  RunInspector,
} from './ledger/run-inspection.ts';
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
export { saga } from './saga/build-saga.ts';
export type { ContextOf, StepContext, UndoContext, UndoContextOf } from './saga/context.ts';
export {
  type SagaEndedEvent,
  type SagaStuckEvent,
  type StepAttemptedEvent,
  sagaEnded,
  sagaStuck,
  stepAttempted,
} from './saga/driver/events.ts';
export { terminal } from './saga/failure.ts';
export type { SagaFigures } from './saga/figures.ts';
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
export type { Migration } from './saga/records/migration.ts';
export type { Saga, SagaAfterPivot, SagaBeforePivot } from './saga/saga.ts';
export type { StandardSchema } from './saga/standard-schema.ts';
export { type SagaStatus, type StepStatus, sagaStatus, type TimelineEntry } from './saga/status.ts';
export type { Stored } from './saga/stored.ts';
export { type Barrier, type BarrierVerdict, createBarrier } from './tcc/barrier.ts';
export type { BarrierCall, BarrierMark, TccOperation } from './tcc/barrier-call.ts';
export type { BarrierStorage, MarkKey } from './tcc/barrier-storage.ts';
export {
  type ExpiryOptions,
  expireReservations,
  type ReservationExpiry,
} from './tcc/expire-reservations.ts';
export { type Judgement, judgeCall } from './tcc/judge-call.ts';
export {
  type ParticipantHealth,
  ParticipantRegistry,
  type ParticipantRegistryOptions,
} from './tcc/participant-registry.ts';
export { type TccDefinition, tcc } from './tcc/tcc.ts';
export { checkTccCall, readTccReply, type TccCall, type TccReply } from './tcc/tcc-call.ts';
export type { Reservations, TccBranch } from './tcc/tcc-event.ts';
export type { TccOptions } from './tcc/tcc-options.ts';
export {
  declined,
  type Participant,
  type ParticipantWork,
  tccParticipant,
} from './tcc/tcc-participant.ts';
export { terminate } from './three-phase/termination-rule.ts';
export { ThreePhaseCoordinator } from './three-phase/three-phase-coordinator.ts';
export { ThreePhaseParticipant } from './three-phase/three-phase-participant.ts';
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
export type {
  AnyResource,
  Branch,
  BranchOutcome,
  Resource,
  ResourceAbilities,
} from './two-phase/resource.ts';
export { type BranchSweeper, type SweepOptions, sweepBranches } from './two-phase/sweep-branches.ts';
export type { SweepReport, SweptBranch } from './two-phase/sweep-once.ts';
export type { SweepSchedule } from './two-phase/sweep-schedule.ts';
export { type TwoPhaseDefinition, twoPhase } from './two-phase/two-phase.ts';
export { TwoPhaseMessageCoordinator, TwoPhaseMessageParticipant } from './two-phase/two-phase-members.ts';
export type { Connections, TwoPhaseOptions, WorkContext } from './two-phase/two-phase-options.ts';
