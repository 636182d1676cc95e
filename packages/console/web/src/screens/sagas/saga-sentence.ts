import type { SagaList } from '../../api/console-api.ts';
import { formatCount } from '../../format/number.ts';

/** How all sagas are, in one sentence or two, and who does not say. */
export function sagaSentence({ counts, complete, silent }: Omit<SagaList, 'sagas'>): string {
  const { stuck, running, committed, 'rolled-back': rolledBack } = counts;
  const waiting =
    stuck === 0 ? 'None is stuck' : stuck === 1 ? 'One waits for you' : `${formatCount(stuck)} wait for you`;
  const rest = `${formatCount(running)} running, ${formatCount(committed)} committed, ${formatCount(rolledBack)} rolled back`;
  const listed = formatCount(stuck + running + committed + rolledBack);
  const all = complete ? `${waiting}; ${rest}.` : `${waiting}; of the ${listed} that are listed, ${rest}.`;
  if (silent.length === 0) return all;
  return `${all} ${silent.join(', ')} ${silent.length === 1 ? 'does' : 'do'} not answer.`;
}
