export { type BrokerCase, type BrokerUnderTest, brokerContract } from './broker-contract.ts';
export {
  type EventStoreCase,
  type EventStoreUnderTest,
  eventStoreContract,
} from './event-store-contract.ts';
export {
  type OutboxCase,
  type OutboxDatabase,
  type OutboxUnderTest,
  outboxContract,
} from './outbox-contract.ts';
export { project, type StreamEvent } from './project.ts';
export { type Given, type Specification, specification, type When } from './specification.ts';
