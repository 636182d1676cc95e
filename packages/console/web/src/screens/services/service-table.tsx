import type { JSX } from 'preact';
import type { Health, ServiceSummary } from '../../api/console-api.ts';
import { HealthMark, toneOf } from '../../parts/health-mark.tsx';
import { redColumns } from '../../parts/red-columns.tsx';
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
    width: '30%',
    from: 'medium',
    sortBy: ({ health }) => order[health],
    cell: ({ health, reason }) => <span class={toneOf(health) ?? 'quiet'}>{reason ?? ''}</span>,
  },
  ...redColumns<ServiceSummary>({
    rate: 'medium',
    errors: 'always',
    p50: 'wide',
    p95: 'always',
    p99: 'wide',
  }),
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
