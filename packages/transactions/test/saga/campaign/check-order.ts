import { type Place, type Plan, precedes } from '../../../src/saga/records/plan.ts';
import type { EffectState } from './services.ts';

/** What is wrong with the order in which the effects of one run happened: forwards, and back in reverse. */
export function checkOrder(plan: Plan, effects: ReadonlyMap<string, EffectState>, run: string): string[] {
  const problems: string[] = [];
  const of = ({ name }: Place): EffectState | undefined => effects.get(`${run}/${name}`);
  for (const earlier of plan.places) {
    for (const later of plan.places) {
      const [before, after] = [of(earlier), of(later)];
      if (after === undefined || after.doneAt === 0 || !isAction(earlier) || !precedes(earlier, later))
        continue;
      const pair = `${run}: ${later.name}, which comes after ${earlier.name},`;
      if (before === undefined || before.doneAt === 0) problems.push(`${pair} happened without it`);
      else if (after.doneAt < before.doneAt) problems.push(`${pair} happened before it`);
      else if (before.state === 'undone' && after.state === 'done')
        problems.push(`${pair} was left when that was undone`);
      else if (before.state === 'undone' && before.undoneAt < after.undoneAt) {
        problems.push(`${pair} was undone after it`);
      }
    }
  }
  return problems;
}

function isAction({ kind }: Place): boolean {
  return kind === 'step' || kind === 'pivot' || kind === 'ensure';
}
