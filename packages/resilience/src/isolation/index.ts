export {
  type CallArguments,
  type CallResult,
  type FunctionNames,
  IsolatedBulkhead,
  type IsolatedBulkheadOptions,
  type IsolatedContext,
  type UntypedModule,
} from './isolated-bulkhead.ts';
export { type ProcessBulkheadOptions, processBulkhead } from './process-bulkhead.ts';
export { type ThreadBulkheadOptions, threadBulkhead } from './thread-bulkhead.ts';
export { type WorkerEndedEvent, workerEnded } from './worker-slot.ts';
