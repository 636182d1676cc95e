import type { JSX } from 'preact';
import type { InstanceRow, ResourceRow } from '../../api/console-api.ts';
import { formatDuration } from '../../format/duration.ts';
import { formatAgo } from '../../format/moment.ts';
import { formatNumber, formatRate, formatShare } from '../../format/number.ts';
import { Sparkline } from '../../parts/sparkline.tsx';

const fullWarn = 0.85;

/** The processes of a service, with what each says of its resources: how used, how much waits, how often it failed. */
export function Instances({ instances }: { readonly instances: readonly InstanceRow[] }): JSX.Element {
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
            <p class="quiet">It does not tell of its resources.</p>
          ) : (
            <ul class="resources">
              {instance.resources.map((row) => (
                <Resource key={row.resource} row={row} />
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
  memory: 'Memory',
  heap: 'Heap',
  'event-loop': 'Event loop',
  gc: 'GC',
  handles: 'Handles',
  queue: 'Queue',
  disk: 'Disk',
  network: 'Network',
};

function Resource({ row }: { readonly row: ResourceRow }): JSX.Element {
  const used = row.utilization?.values.findLast((value) => value !== null) ?? undefined;
  const waits = row.saturation?.values.findLast((value) => value !== null) ?? undefined;
  const curve = row.utilization ?? row.saturation;
  const full = used !== undefined && used >= fullWarn;
  const waiting =
    waits === undefined
      ? undefined
      : row.unit === 'ms'
        ? formatDuration(waits)
        : `${formatNumber(waits)} ${row.unit ?? ''}`;
  return (
    <li>
      <p class="resource-name">{names[row.resource]}</p>
      {curve !== null && (
        <Sparkline
          label={`${names[row.resource]}, now ${used === undefined ? waiting : formatShare(used)}`}
          curve={curve}
          fluid
          height={24}
          tone={full ? 'warn' : 'quiet'}
          {...(row.utilization !== null && { top: 1 })}
        />
      )}
      <p class="resource-figures figure">
        <b class={full ? 'warn' : ''}>{used === undefined ? waiting : formatShare(used)}</b>
        {used !== undefined && waiting !== undefined && <span class="quiet">{waiting}</span>}
        {(row.errors ?? 0) > 0 && <span class="warn">{formatNumber(row.errors!)} failed</span>}
      </p>
    </li>
  );
}
