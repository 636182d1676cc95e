export { type NatsBrokerOptions, natsBroker } from './nats-broker.ts';
