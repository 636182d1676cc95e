import type { ErrorGroupRow } from '../../api/console-api.ts';
import { formatCount, formatShare } from '../../format/number.ts';

/** Which error happens most, in one sentence. */
export function errorsSentence(groups: readonly ErrorGroupRow[]): string {
  const [most, next] = [...groups].sort((one, other) => other.count - one.count);
  if (most === undefined) return 'No errors in this window.';
  if (next === undefined) return `${most.name} of ${most.service} is the only error.`;
  const all = groups.reduce((sum, { count }) => sum + count, 0);
  return `${most.name} of ${most.service} is ${formatShare(most.count / all)} of ${formatCount(all)} errors.`;
}
