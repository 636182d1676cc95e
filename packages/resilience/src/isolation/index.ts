export {
  IsolatedBulkhead,
  type IsolatedBulkheadOptions,
  processBulkhead,
  threadBulkhead,
} from './isolated-bulkhead.ts';
