export { type CoordinationErrorCode, coordinationErrors } from './errors.ts';
export { type MemoryStore, type MemoryStoreOptions, memoryStore } from './memory/memory-store.ts';
export type { Capabilities } from './store/capabilities.ts';
export type {
  CallOptions,
  Compare,
  CoordinationStore,
  DeleteResult,
  Entry,
  GetOptions,
  Lease,
  Operation,
  OperationResult,
  PutOptions,
  PutResult,
  RangeOptions,
  RangeResult,
  Revision,
  Transaction,
  TransactionResult,
  Watch,
  WatchChange,
  WatchCompacted,
  WatchEvent,
  WatchItem,
  WatchOptions,
} from './store/coordination-store.ts';
export { type CapabilityNeeds, requireCapabilities } from './store/require-capabilities.ts';
