import type { Health, SagaList } from '../../api/console-api.ts';
import { formatCount } from '../../format/number.ts';

/** How all sagas are: in one sentence, and the figures that it rests on. */
export interface SagasState {
  readonly health: Health;
  readonly sentence: string;
  readonly facts: string;
}

/** Says what waits for a person, who does not say, and how many there are of each kind. */
export function sagasState({ counts, complete, silent }: Omit<SagaList, 'sagas'>): SagasState {
  const { stuck, running, committed, 'rolled-back': rolledBack } = counts;
  const waiting =
    stuck === 0
      ? 'No saga is stuck'
      : stuck === 1
        ? 'One saga is stuck and waits for you'
        : `${formatCount(stuck)} sagas are stuck and wait for you`;
  const quiet =
    silent.length === 0 ? '' : `; ${silent.join(', ')} ${silent.length === 1 ? 'does' : 'do'} not answer`;
  const listed = formatCount(stuck + running + committed + rolledBack);
  const counted = `${formatCount(running)} running, ${formatCount(committed)} committed, ${formatCount(rolledBack)} rolled back`;
  return {
    health: stuck > 0 ? 'failing' : silent.length > 0 ? 'degraded' : 'healthy',
    sentence: `${waiting}${quiet}.`,
    facts: complete ? counted : `${counted}, of the ${listed} that are listed`,
  };
}
