import type { JSX } from 'preact';
import type { Health, ServiceSummary } from '../../api/console-api.ts';
import { formatDuration } from '../../format/duration.ts';
import { formatRate, formatShare } from '../../format/number.ts';
import { HealthMark, toneOf, tonesOf } from '../../parts/health-mark.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import './service-table.css';

const order: Readonly<Record<Health, number>> = { failing: 0, degraded: 1, healthy: 2, idle: 3 };

const columns: readonly Column<ServiceSummary>[] = [
  {
    key: 'name',
    title: 'Service',
    sortBy: ({ name }) => name,
    cell: ({ name, health }) => (
      <span class="service-name">
        <HealthMark health={health} />
        <span class="cut">{name}</span>
      </span>
    ),
  },
  {
    key: 'health',
    title: 'Why',
    from: 'medium',
    sortBy: ({ health }) => order[health],
    cell: ({ health, reason }) => <span class={toneOf(health) ?? 'quiet'}>{reason ?? ''}</span>,
  },
  {
    key: 'rate',
    title: 'Rate',
    from: 'medium',
    width: '84px',
    align: 'end',
    sortBy: ({ red }) => red.rate,
    cell: ({ red }) => formatRate(red.rate),
  },
  {
    key: 'errors',
    title: 'Errors',
    width: '74px',
    align: 'end',
    sortBy: ({ red }) => red.errorShare,
    cell: ({ red, health }) => (
      <span class={tonesOf(health, red).errors ?? (red.errors === 0 ? 'quiet' : '')}>
        {formatShare(red.errorShare)}
      </span>
    ),
  },
  {
    key: 'p50',
    title: 'p50',
    width: '80px',
    align: 'end',
    from: 'wide',
    sortBy: ({ red }) => red.p50,
    cell: ({ red }) => formatDuration(red.p50),
  },
  {
    key: 'p95',
    title: 'p95',
    width: '80px',
    align: 'end',
    sortBy: ({ red }) => red.p95,
    cell: ({ red, health }) => <span class={tonesOf(health, red).durations}>{formatDuration(red.p95)}</span>,
  },
  {
    key: 'p99',
    title: 'p99',
    width: '80px',
    align: 'end',
    from: 'wide',
    sortBy: ({ red }) => red.p99,
    cell: ({ red }) => formatDuration(red.p99),
  },
  {
    key: 'instances',
    title: 'Instances',
    width: '76px',
    align: 'end',
    from: 'medium',
    sortBy: ({ instances }) => instances,
    cell: ({ instances }) => instances,
  },
  {
    key: 'version',
    title: 'Version',
    width: '116px',
    from: 'wide',
    cell: ({ versions }) => <span class="quiet">{versions.join(', ')}</span>,
  },
];

/** Services, the unwell ones first; otherwise by name, so that rows stay where they are while figures change. */
export function ServiceTable({ services }: { readonly services: readonly ServiceSummary[] }): JSX.Element {
  const ranked = [...services].sort(
    (a, b) => order[a.health] - order[b.health] || a.name.localeCompare(b.name),
  );
  // A column in which nobody has anything to tell would only take room.
  const told = columns.filter(
    ({ key }) =>
      (key !== 'health' || services.some(({ reason }) => reason !== undefined)) &&
      (key !== 'version' || services.some(({ versions }) => versions.length > 0)),
  );
  return (
    <Table
      label="Services"
      columns={told}
      rows={ranked}
      keyOf={({ name }) => name}
      linkOf={({ name }) => ({ to: `/services/${encodeURIComponent(name)}` })}
      sortParameter="sort"
      walk
    />
  );
}
