import type { RunStatus } from '../../ledger/run.ts';
import { failureFromText } from '../failure.ts';
import { whyOf } from '../read-outcome.ts';
import type { SagaMachine } from '../records/machine.ts';

const noteLengthMax = 200;

/** What a saga is to its ledger. */
export function runStatusOf(machine: SagaMachine): RunStatus {
  if (machine.ended) return 'ended';
  return machine.parked !== undefined || machine.isStuck ? 'stuck' : 'running';
}

/** In a few words how it ended, or why it is stuck. */
export function noteOf(machine: SagaMachine): string | undefined {
  if (machine.phase === 'committed') return 'committed';
  if (machine.phase === 'rolled-back')
    return `rolled back: ${whyOf(machine).error.message}`.slice(0, noteLengthMax);
  if (machine.parked !== undefined) return machine.parked.slice(0, noteLengthMax);
  const [place] = machine.stuck;
  if (place === undefined) return undefined;
  const { state, stuck } = machine.cells[place]!;
  const what = `${state === 'undoing' ? 'the compensation of ' : ''}'${machine.plan.places[place]!.name}'`;
  return `${what} is stuck: ${failureFromText(stuck!).message}`.slice(0, noteLengthMax);
}
