export { type BrokerCase, type BrokerUnderTest, brokerContract } from './broker-contract.ts';
export {
  type CrashEverywhereOptions,
  type CrashEverywhereReport,
  crashEverywhere,
} from './crash-everywhere/crash-everywhere.ts';
export type { CrashRun } from './crash-everywhere/crash-run.ts';
export type { Effect } from './crash-everywhere/effects.ts';
export {
  type EventStoreCase,
  type EventStoreUnderTest,
  eventStoreContract,
} from './event-store-contract.ts';
export type { LedgerCase, LedgerNeed, LedgerUnderTest } from './ledger-contract/ledger-case.ts';
export { ledgerContract } from './ledger-contract/ledger-contract.ts';
export {
  type OutboxCase,
  type OutboxDatabase,
  type OutboxUnderTest,
  outboxContract,
} from './outbox-contract.ts';
export { project, type StreamEvent } from './project.ts';
export { type Given, type Specification, specification, type When } from './specification.ts';
export {
  type BarrierCase,
  type BarrierUnderTest,
  barrierContract,
} from './tcc/barrier-contract.ts';
export {
  MemoryParticipantDatabase,
  MemoryTransaction,
  memoryBarrierStorage,
} from './tcc/memory-barrier-storage.ts';
export { type TroubledBrokerOptions, troubledBroker } from './troubled-broker.ts';
export { MemoryDatabase, type MemorySession } from './two-phase/memory-database.ts';
export {
  type MemoryConnection,
  MemoryResource,
  type MemoryResourceOptions,
} from './two-phase/memory-resource.ts';
export type { ResourceCase, ResourceNeed, ResourceUnderTest } from './two-phase/resource-case.ts';
export { resourceContract } from './two-phase/resource-contract.ts';
