import type { JSX } from 'preact';
import type { Curve, InstanceRow, ResourceRow } from '../../api/console-api.ts';
import { formatDuration } from '../../format/duration.ts';
import { formatAgo } from '../../format/moment.ts';
import { formatBytes, formatNumber, formatRate, formatShare } from '../../format/number.ts';
import { curveFrom } from '../../parts/heard-signals.ts';
import { Sparkline } from '../../parts/sparkline.tsx';

const fullWarn = 0.85;
/** From how many per cent of the time on. */
const throttledWarn = 10;

/** The processes of a service, with what each says of its resources: how used, how much waits, how often it failed. */
export function Instances({
  instances,
  from,
}: {
  readonly instances: readonly InstanceRow[];
  /** Where curves begin. */
  readonly from: number;
}): JSX.Element {
  return (
    <ul class="instances">
      {instances.map((instance) => (
        <li key={instance.instance}>
          <header>
            <h3 class="cut" title={instance.instance}>
              {instance.instance}
            </h3>
            <p class="quiet cut">
              {[
                instance.version,
                instance.host,
                instance.pid === undefined ? undefined : `pid ${instance.pid}`,
                formatAgo(instance.lastSeen),
              ]
                .filter((fact) => fact !== undefined)
                .join(' · ')}
            </p>
            <p class="instance-red figure">
              {formatRate(instance.red.rate)} · {formatDuration(instance.red.p95)} ·{' '}
              <span class={instance.red.errorShare >= 0.05 ? 'alarm' : ''}>
                {formatShare(instance.red.errorShare)}
              </span>
            </p>
          </header>
          {instance.resources.length === 0 ? (
            <p class="quiet">No resource metrics from this process.</p>
          ) : (
            <ul class="resources">
              {instance.resources.map((row) => (
                <Resource key={row.resource} row={row} from={from} />
              ))}
            </ul>
          )}
        </li>
      ))}
    </ul>
  );
}

const names: Readonly<Record<ResourceRow['resource'], string>> = {
  cpu: 'CPU',
  'cpu-limit': 'CPU limit',
  memory: 'Memory',
  heap: 'Heap',
  'event-loop': 'Event loop',
  gc: 'GC',
  handles: 'Handles',
  queue: 'Queue',
  disk: 'Disk',
  network: 'Network',
};

/** What its errors are. */
const failures: Readonly<Partial<Record<ResourceRow['resource'], string>>> = {
  memory: 'ended for want of memory',
  queue: 'found no room',
  network: 'errors',
};

function Resource({ row, from }: { readonly row: ResourceRow; readonly from: number }): JSX.Element {
  const used = newest(row.utilization);
  const waits = figure(newest(row.saturation), row.unit);
  const amount = figure(newest(row.amount), row.amountUnit);
  const curve = row.utilization ?? row.amount ?? row.saturation;
  const throttled = row.resource === 'cpu-limit' && (newest(row.saturation) ?? 0) >= throttledWarn;
  const full = throttled || (used !== undefined && used >= fullWarn);
  const first = used === undefined ? (amount ?? waits) : formatShare(used);
  const others = [amount, waits].filter((text) => text !== undefined && text !== first);
  return (
    <li>
      <p class="resource-name">{names[row.resource]}</p>
      {curve !== null && (
        <Sparkline
          label={`${names[row.resource]}, now ${first}`}
          curve={curveFrom(curve, from)}
          fluid
          height={24}
          tone={full ? 'warn' : 'quiet'}
          {...(row.utilization !== null && { top: 1 })}
        />
      )}
      <p class="resource-figures figure">
        <b class={full ? 'warn' : ''}>{first ?? '–'}</b>
        {others.map((text) => (
          <span key={text} class="quiet">
            {text}
          </span>
        ))}
        {row.errors !== undefined && row.errors > 0 && (
          <span class="warn">
            {formatNumber(row.errors)} {failures[row.resource] ?? 'failed'}
          </span>
        )}
      </p>
    </li>
  );
}

function newest(curve: Curve | null): number | undefined {
  return curve?.values.findLast((value) => value !== null) ?? undefined;
}

function figure(value: number | undefined, unit: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (unit === 'ms') return formatDuration(value);
  if (unit === 'B') return formatBytes(value);
  if (unit === 'B/s') return `${formatBytes(value)}/s`;
  if (unit === '% throttled') return `${formatShare(value / 100)} throttled`;
  if (unit === '%') return `${formatShare(value / 100)} waits`;
  return `${formatNumber(value)} ${unit ?? ''}`;
}
