import type { JSX } from 'preact';
import type { PolicyRow } from '../../api/console-api.ts';
import { Badge } from '../../parts/badge.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Meter } from '../../parts/meter.tsx';
import { parameter, setParameters } from '../../routing/location.ts';
import { pipelinesOf } from './pipelines.ts';
import { policyFigures } from './policy-figures.ts';

/**
 * The policies of each pipeline, in the order in which a call meets them, with the state that each instance has. A pipeline in which
 * nothing is wrong is one line until it is opened.
 */
export function Policies({ policies }: { readonly policies: readonly PolicyRow[] }): JSX.Element {
  const opened = parameter('pipeline');
  return (
    <ul class="policies">
      {pipelinesOf(policies).map(({ key, name, alarming, stages }) => {
        const open = alarming || opened === key;
        return (
          <li key={key}>
            <button
              type="button"
              class="policies-head"
              aria-expanded={open}
              disabled={alarming}
              onClick={() => setParameters({ pipeline: open ? undefined : key }, { replace: true })}
            >
              <Icon name={open ? 'down' : 'right'} size={12} />
              <span class="policies-name cut">{name}</span>
              {!open && (
                <span class="policies-brief cut">
                  {stages.map((instances) => briefly(instances)).join(' · ')}
                </span>
              )}
            </button>
            {open && (
              <ol>
                {stages.map((instances) => (
                  <Policy key={instances[0]!.position} instances={instances} />
                ))}
              </ol>
            )}
          </li>
        );
      })}
    </ul>
  );
}

/** A policy in a word or two: `breaker closed`. */
function briefly(instances: readonly PolicyRow[]): string {
  const states = [...new Set(instances.flatMap(({ state }) => state ?? []))];
  return [instances[0]!.kind, ...states].join(' ');
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

function Figures({ instances }: { readonly instances: readonly PolicyRow[] }): JSX.Element {
  return (
    <dl class="policy-figures figure">
      {policyFigures(instances).map(({ name, value, limit, share, tight, each }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <span>
              {value}
              {limit !== undefined && <span class="quiet"> / {limit}</span>}
              {each && <span class="quiet"> each</span>}
            </span>
            {share !== undefined && <Meter label={name} share={share} tone={tight ? 'warn' : 'quiet'} />}
          </dd>
        </div>
      ))}
    </dl>
  );
}
