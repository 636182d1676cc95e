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
