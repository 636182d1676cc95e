import type { JSX } from 'preact';
import type { PolicyRow } from '../../api/console-api.ts';
import { formatNumber } from '../../format/number.ts';
import { Badge } from '../../parts/badge.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Meter } from '../../parts/meter.tsx';
import { parameter, setParameters } from '../../routing/location.ts';

/**
 * The policies of each pipeline, in the order in which a call meets them, with the state that each instance has. A pipeline in which
 * nothing is wrong is one line until it is opened.
 */
export function Policies({ policies }: { readonly policies: readonly PolicyRow[] }): JSX.Element {
  const pipelines = [...Map.groupBy(policies, ({ pipeline }) => pipeline)]
    .map(([pipeline, members]) => ({ pipeline, members, alarming: members.some(({ alarming }) => alarming) }))
    .sort((a, b) => Number(b.alarming) - Number(a.alarming));
  const opened = parameter('pipeline');
  return (
    <ul class="policies">
      {pipelines.map(({ pipeline, members, alarming }) => {
        const open = alarming || opened === pipeline;
        const stages = [...Map.groupBy(members, ({ position }) => position)]
          .sort(([a], [b]) => a - b)
          .map(([, instances]) => instances);
        return (
          <li key={pipeline}>
            <button
              type="button"
              class="policies-head"
              aria-expanded={open}
              disabled={alarming}
              onClick={() => setParameters({ pipeline: open ? undefined : pipeline }, { replace: true })}
            >
              <Icon name={open ? 'down' : 'right'} size={12} />
              <span class="policies-name cut">{pipeline}</span>
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

/** Names of figures, and of the limit that each is measured by. */
const limitOf: Readonly<Record<string, string>> = {
  inFlight: 'limit',
  queued: 'queueLimit',
  failures: 'threshold',
  budget: 'budgetMax',
  tokens: 'capacity',
};

/** What is nearly used up when it is low, unlike the rest. */
const reserves: ReadonlySet<string> = new Set(['budget', 'tokens']);

/**
 * Figures of all instances together: their sum, with the sum of their limits where they have one. What is the same and not zero
 * everywhere, such as a time, is not added up.
 */
function Figures({ instances }: { readonly instances: readonly PolicyRow[] }): JSX.Element {
  const names = [...new Set(instances.flatMap(({ figures }) => Object.keys(figures)))];
  const sumOf = (name: string): number =>
    instances.reduce((sum, { figures }) => sum + (figures[name] ?? 0), 0);
  const limits = new Set(names.flatMap((name) => limitOf[name] ?? []));
  return (
    <dl class="policy-figures figure">
      {names
        .filter((name) => !limits.has(name) || !names.some((other) => limitOf[other] === name))
        .map((name) => {
          const limitName = limitOf[name];
          const limit = limitName !== undefined && names.includes(limitName) ? sumOf(limitName) : undefined;
          const first = instances[0]!.figures[name];
          const alike =
            instances.length > 1 && first !== 0 && instances.every(({ figures }) => figures[name] === first);
          const value = limit === undefined && alike && first !== undefined ? first : sumOf(name);
          const share = limit === undefined || limit === 0 ? undefined : value / limit;
          return (
            <div key={name}>
              <dt>{wordsOf(name)}</dt>
              <dd>
                <span>
                  {formatNumber(value)}
                  {limit !== undefined && <span class="quiet"> / {formatNumber(limit)}</span>}
                  {limit === undefined && alike && <span class="quiet"> each</span>}
                </span>
                {share !== undefined && (
                  <Meter
                    label={wordsOf(name)}
                    share={share}
                    tone={(reserves.has(name) ? share < 0.1 : share > 0.9) ? 'warn' : 'quiet'}
                  />
                )}
              </dd>
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
