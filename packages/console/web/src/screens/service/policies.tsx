import type { JSX } from 'preact';
import type { PolicyRow } from '../../api/console-api.ts';
import { formatNumber } from '../../format/number.ts';
import { Badge } from '../../parts/badge.tsx';
import { Meter } from '../../parts/meter.tsx';

/** The policies of each pipeline, in the order in which a call meets them, with the state that each instance has. */
export function Policies({ policies }: { readonly policies: readonly PolicyRow[] }): JSX.Element {
  const pipelines = [...Map.groupBy(policies, ({ pipeline }) => pipeline)].sort(
    ([, a], [, b]) => Number(b.some(({ alarming }) => alarming)) - Number(a.some(({ alarming }) => alarming)),
  );
  return (
    <ul class="policies">
      {pipelines.map(([pipeline, members]) => (
        <li key={pipeline}>
          <h3 class="cut" title={pipeline}>
            {pipeline}
          </h3>
          <ol>
            {[...Map.groupBy(members, ({ position }) => position)]
              .sort(([a], [b]) => a - b)
              .map(([position, instances]) => (
                <Policy key={position} instances={instances} />
              ))}
          </ol>
        </li>
      ))}
    </ul>
  );
}

/** One policy of a pipeline, as its instances have it. */
function Policy({ instances }: { readonly instances: readonly PolicyRow[] }): JSX.Element {
  const { kind, name } = instances[0]!;
  const alarming = instances.some((instance) => instance.alarming);
  const states = Map.groupBy(
    instances.filter(({ state }) => state !== undefined),
    ({ state }) => state!,
  );
  return (
    <li class={`policy ${alarming ? 'policy-alarming' : ''}`}>
      <p class="policy-kind">
        {kind}
        {name !== undefined && <span class="quiet"> {name}</span>}
      </p>
      {states.size > 0 && (
        <p class="policy-states">
          {[...states].map(([state, members]) => (
            <Badge
              key={state}
              tone={
                members.some((member) => member.alarming) ? 'alarm' : state === 'half-open' ? 'warn' : 'quiet'
              }
              title={members.map(({ instance }) => instance).join(', ')}
            >
              {state}
              {instances.length > 1 && ` ${members.length}/${instances.length}`}
            </Badge>
          ))}
        </p>
      )}
      <Figures instances={instances} />
    </li>
  );
}

/** Figures of all instances together; one that has a limit beside it is shown as a share of it. */
function Figures({ instances }: { readonly instances: readonly PolicyRow[] }): JSX.Element {
  const sums = new Map<string, number>();
  for (const { figures } of instances) {
    for (const [name, value] of Object.entries(figures)) sums.set(name, (sums.get(name) ?? 0) + value);
  }
  const limitOf: Readonly<Record<string, string>> = {
    inFlight: 'limit',
    queued: 'queueLimit',
    failures: 'threshold',
    budget: 'budgetMax',
    tokens: 'capacity',
  };
  const limits = new Set(Object.entries(limitOf).flatMap(([name, limit]) => (sums.has(name) ? [limit] : [])));
  return (
    <dl class="policy-figures figure">
      {[...sums].map(([name, value]) => {
        if (limits.has(name)) return null;
        const limit = sums.get(limitOf[name] ?? '');
        return (
          <div key={name}>
            <dt>{wordsOf(name)}</dt>
            <dd>
              {formatNumber(value)}
              {limit !== undefined && <span class="quiet"> / {formatNumber(limit)}</span>}
            </dd>
            {limit !== undefined && limit > 0 && (
              <Meter
                label={wordsOf(name)}
                share={value / limit}
                tone={name !== 'budget' && name !== 'tokens' && value / limit > 0.9 ? 'warn' : 'quiet'}
              />
            )}
          </div>
        );
      })}
    </dl>
  );
}

/** `inFlight` as `in flight`. */
function wordsOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
