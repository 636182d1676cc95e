import type { JSX } from 'preact';
import type { OperationRow } from '../../api/console-api.ts';
import { formatDuration } from '../../format/duration.ts';
import { formatRate, formatShare } from '../../format/number.ts';
import { Sparkline } from '../../parts/sparkline.tsx';
import { type Column, Table } from '../../parts/table.tsx';

const columns: readonly Column<OperationRow>[] = [
  {
    key: 'operation',
    title: 'Operation',
    sortBy: ({ operation }) => operation,
    cell: ({ operation }) => operation,
  },
  {
    key: 'kind',
    title: 'Kind',
    width: '80px',
    from: 'wide',
    cell: ({ kind }) => <span class="quiet">{kind}</span>,
  },
  {
    key: 'rate',
    title: 'Rate',
    width: '84px',
    align: 'end',
    sortBy: ({ red }) => red.rate,
    cell: ({ red }) => formatRate(red.rate),
  },
  {
    key: 'errors',
    title: 'Errors',
    width: '72px',
    align: 'end',
    sortBy: ({ red }) => red.errorShare,
    cell: ({ red }) => (
      <span
        class={
          red.errorShare >= 0.05 ? 'alarm' : red.errorShare >= 0.01 ? 'warn' : red.errors === 0 ? 'quiet' : ''
        }
      >
        {formatShare(red.errorShare)}
      </span>
    ),
  },
  {
    key: 'p50',
    title: 'p50',
    width: '80px',
    align: 'end',
    from: 'medium',
    sortBy: ({ red }) => red.p50,
    cell: ({ red }) => formatDuration(red.p50),
  },
  {
    key: 'p95',
    title: 'p95',
    width: '80px',
    align: 'end',
    sortBy: ({ red }) => red.p95,
    cell: ({ red }) => formatDuration(red.p95),
  },
  {
    key: 'p99',
    title: 'p99',
    width: '80px',
    align: 'end',
    from: 'medium',
    sortBy: ({ red }) => red.p99,
    cell: ({ red }) => formatDuration(red.p99),
  },
  {
    key: 'curve',
    title: 'p95 over time',
    width: '150px',
    from: 'medium',
    cell: ({ operation, red, p95 }) => (
      <Sparkline label={`p95 of ${operation}, now ${formatDuration(red.p95)}`} curve={p95} width={126} />
    ),
  },
];

interface OperationTableProps {
  readonly label: string;
  readonly service: string;
  readonly operations: readonly OperationRow[];
  /** The parameter of the URL that holds the order; one of its own for each table. */
  readonly sortParameter: string;
  readonly walk?: boolean;
}

/** What a service does, each operation with its rate, errors and durations. A row leads to its traces. */
export function OperationTable({
  label,
  service,
  operations,
  sortParameter,
  walk = false,
}: OperationTableProps): JSX.Element {
  return (
    <Table
      label={label}
      columns={columns}
      rows={operations}
      keyOf={({ operation, kind }) => `${operation} ${kind}`}
      linkOf={({ operation }) => ({ to: '/traces', parameters: { service, operation } })}
      sortParameter={sortParameter}
      sort="-rate"
      walk={walk}
      empty={<p class="none">It has done nothing within this window.</p>}
    />
  );
}
