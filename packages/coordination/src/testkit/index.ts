export type { CoordinationCase, Hook, StoreUnderTest } from './coordination-case.ts';
export { coordinationContract } from './coordination-contract.ts';
