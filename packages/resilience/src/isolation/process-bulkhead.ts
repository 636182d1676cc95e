import { wholeNumber } from '../options.ts';
import {
  heapLimitOf,
  IsolatedBulkhead,
  type IsolatedBulkheadOptions,
  type UntypedModule,
} from './isolated-bulkhead.ts';
import { startProcess } from './process-link.ts';

export interface ProcessBulkheadOptions extends IsolatedBulkheadOptions {
  /** How many worker processes there may be. */
  readonly processes: number;
}

/**
 * Runs functions in processes of their own: even a fault in native code, or the operating system killing one for
 * its memory, costs one call. The processes end with this one, however it ends. See `threadBulkhead`, which is
 * cheaper.
 *
 * @throws HoldfastError INVALID_ARGUMENT naming the option that cannot work.
 */
export function processBulkhead<Module extends object = UntypedModule>(
  options: ProcessBulkheadOptions,
): IsolatedBulkhead<Module> {
  const processes = wholeNumber(options.processes, 'processes', 1, 1_000);
  const start = startProcess(heapLimitOf(options));
  return new IsolatedBulkhead(options.name ?? 'process-bulkhead', options, processes, start);
}
