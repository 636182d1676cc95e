import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { TraceSummary } from '../../api/console-api.ts';
import { formatDuration } from '../../format/duration.ts';
import { formatMomentExactly } from '../../format/moment.ts';
import { formatCount } from '../../format/number.ts';
import { Badge } from '../../parts/badge.tsx';
import { type Column, Table } from '../../parts/table.tsx';

const servicesShown = 3;

function columnsFor(longest: number): readonly Column<TraceSummary>[] {
  return [
    {
      key: 'operation',
      title: 'Operation',
      cell: ({ rootService, rootOperation, errors }) => (
        <>
          {errors > 0 && (
            <>
              <span class="traces-failed">failed</span>{' '}
            </>
          )}
          <span class="traces-root">{rootService}</span> {rootOperation}
        </>
      ),
      sortBy: ({ rootService, rootOperation }) => `${rootService} ${rootOperation}`,
    },
    {
      key: 'duration',
      title: 'Duration',
      width: '24%',
      align: 'end',
      sortBy: ({ duration }) => duration,
      cell: ({ duration, errors }) => (
        <span class="trace-bar-cell">
          <span class="trace-bar">
            <span
              class={errors > 0 ? 'trace-bar-failed' : ''}
              style={{ width: `${Math.max(1, (100 * duration) / longest)}%` }}
            />
          </span>
          <span>{formatDuration(duration)}</span>
        </span>
      ),
    },
    {
      key: 'errors',
      title: 'Failed',
      width: '76px',
      align: 'end',
      from: 'medium',
      sortBy: ({ errors }) => errors,
      cell: ({ errors }) =>
        errors === 0 ? <span class="quiet">–</span> : <Badge tone="alarm">{errors}</Badge>,
    },
    {
      key: 'spans',
      title: 'Spans',
      width: '68px',
      align: 'end',
      from: 'medium',
      sortBy: ({ spans }) => spans,
      cell: ({ spans }) => formatCount(spans),
    },
    {
      key: 'services',
      title: 'Services',
      width: '280px',
      from: 'wide',
      sortBy: ({ services }) => services.length,
      cell: ({ services }) => (
        <span class="quiet" title={services.join('\n')}>
          {services.slice(0, servicesShown).join(', ')}
          {services.length > servicesShown && ` and ${services.length - servicesShown} more`}
        </span>
      ),
    },
    {
      key: 'start',
      title: 'Started',
      width: '124px',
      align: 'end',
      from: 'medium',
      sortBy: ({ start }) => start,
      cell: ({ start }) => <span title={new Date(start).toISOString()}>{formatMomentExactly(start)}</span>,
    },
  ];
}

/** Traces, the newest first unless asked otherwise. */
export function TraceTable({ traces }: { readonly traces: readonly TraceSummary[] }): JSX.Element {
  const longest = useMemo(() => Math.max(...traces.map(({ duration }) => duration)), [traces]);
  const columns = useMemo(() => columnsFor(longest), [longest]);
  return (
    <Table
      label="Traces"
      columns={columns}
      rows={traces}
      keyOf={({ traceId }) => traceId}
      linkOf={({ traceId }) => ({ to: `/traces/${traceId}` })}
      sortParameter="sort"
      walk
    />
  );
}
