import type { JSX } from 'preact';
import type { PolicyRow } from '../../api/console-api.ts';
import { useKeys } from '../../keyboard/keys.ts';
import { Icon } from '../../parts/icon.tsx';
import { pipelinesOf } from './pipelines.ts';

/** The class of the panel that the alarms lead to. */
export const policiesPlace = 'service-policies';

/** Which policies turn calls away or degrade them now, at the top of the page; a press leads to all that is known of them. */
export function PolicyAlarms({ policies }: { readonly policies: readonly PolicyRow[] }): JSX.Element | null {
  const alarms = alarmsOf(policies);
  useKeys(alarms.length === 0 ? [] : [{ keys: 'b', does: 'Policies', group: 'This screen', run: show }]);
  if (alarms.length === 0) return null;
  const [first, ...others] = alarms;
  return (
    <button type="button" class="badge badge-alarm policy-alarms" title={alarms.join('\n')} onClick={show}>
      {first}
      {others.length > 0 && ` and ${others.length} more`}
      <Icon name="down" size={12} />
    </button>
  );
}

function show(): void {
  const policies = document.querySelector(`.${policiesPlace}`);
  policies?.scrollIntoView({ block: 'start' });
  policies?.querySelector('button')?.focus({ preventScroll: true });
}

/** Each policy that alarms in a few words, breakers first: `payments.charge: breaker open`. */
function alarmsOf(policies: readonly PolicyRow[]): readonly string[] {
  const alarms = pipelinesOf(policies).flatMap(({ name, stages }) =>
    stages.flatMap((instances) => {
      const alarming = instances.filter((instance) => instance.alarming);
      const { kind, state } = alarming.find((instance) => instance.state !== undefined) ?? alarming[0] ?? {};
      return kind === undefined
        ? []
        : [{ kind, text: `${name}: ${[kind, state].filter(Boolean).join(' ')}` }];
    }),
  );
  const isBreaker = ({ kind }: { readonly kind: string }): number => Number(kind === 'breaker');
  const texts = alarms.sort((one, other) => isBreaker(other) - isBreaker(one)).map(({ text }) => text);
  return [...new Set(texts)];
}
