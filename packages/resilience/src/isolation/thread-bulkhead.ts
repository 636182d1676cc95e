import { wholeNumber } from '../options.ts';
import {
  heapLimitOf,
  IsolatedBulkhead,
  type IsolatedBulkheadOptions,
  type UntypedModule,
} from './isolated-bulkhead.ts';
import { startThread } from './thread-link.ts';

export interface ThreadBulkheadOptions extends IsolatedBulkheadOptions {
  /** How many worker threads there may be. */
  readonly threads: number;
}

/**
 * Runs functions in worker threads, which keeps blocking code, leaks and crashes of JavaScript away from this
 * thread. What ends a whole process, such as a fault in native code, still does: see `processBulkhead`.
 *
 *     const images = threadBulkhead<typeof import('./images.js')>({
 *       module: new URL('./images.js', import.meta.url), threads: 2, maxQueue: 100, timeout: '5s',
 *     });
 *     const thumbnail = await images.run('resize', [picture, 200]);
 *
 * @throws HoldfastError INVALID_ARGUMENT naming the option that cannot work.
 */
export function threadBulkhead<Module extends object = UntypedModule>(
  options: ThreadBulkheadOptions,
): IsolatedBulkhead<Module> {
  const threads = wholeNumber(options.threads, 'threads', 1, 1_000);
  const start = startThread(heapLimitOf(options));
  return new IsolatedBulkhead(options.name ?? 'thread-bulkhead', options, threads, start);
}
