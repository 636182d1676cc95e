export { type TransactionErrorCode, transactionErrors } from './errors.ts';
export type { Checkpoints } from './event-sourcing/checkpoints.ts';
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
} from './outbox/outbox.ts';
export type { Transactor } from './outbox/transactor.ts';
