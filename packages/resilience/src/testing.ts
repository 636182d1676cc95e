// What tests of engines need: import it from '@holdfast/resilience/testing'.
export { type LimiterStoreCase, limiterStoreContract } from './rate-limit/limiter-store-contract.ts';
