import type { JSX } from 'preact';
import type { ObjectiveState } from '../../api/console-api.ts';
import { formatShare, threeDigits } from '../../format/number.ts';
import { Meter } from '../../parts/meter.tsx';

/** Each objective, and what is left of its error budget. */
export function Objectives({ objectives }: { readonly objectives: readonly ObjectiveState[] }): JSX.Element {
  return (
    <ul class="objectives">
      {objectives.map((objective) => {
        const { name, service, target, good, total, budgetLeft, burnRate } = objective;
        const tone = budgetLeft <= 0 ? 'alarm' : burnRate > 1 && budgetLeft < 0.5 ? 'warn' : 'quiet';
        return (
          <li key={`${service} ${name}`}>
            <p class="objective-name cut" title={`${name}, ${service}`}>
              {name}
            </p>
            <p class={`objective-left figure ${tone === 'quiet' ? '' : tone}`}>
              {budgetLeft <= 0 ? 'Budget overspent' : `${formatShare(budgetLeft)} of budget left`}
            </p>
            <Meter label={`Budget left of ${name}`} share={Math.max(0, budgetLeft)} tone={tone} />
            <p class="objective-facts figure">
              <span>
                {formatShare(total === 0 ? 1 : good / total)} good, target {formatShare(target)}
              </span>
              <span>burning {threeDigits(burnRate)}×</span>
            </p>
          </li>
        );
      })}
    </ul>
  );
}
