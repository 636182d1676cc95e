import type { Library } from '../../harness/area.ts';
import { awaited } from '../../harness/workload.ts';
import { operation } from './operation.ts';
import { timeoutMilliseconds } from './settings.ts';

/** What a team writes without a library: a race against `setTimeout`, cleared in time. */
export const handWritten: Library = {
  name: 'hand-written',
  version: '',
  subjects: {
    timeout: () => awaited(() => raced()),
  },
};

function raced(): Promise<number> {
  let timer: NodeJS.Timeout | undefined;
  const expiry = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('timed out')), timeoutMilliseconds);
  });
  return Promise.race([operation(), expiry]).finally(() => clearTimeout(timer));
}
