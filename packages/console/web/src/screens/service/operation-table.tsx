import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { OperationRow } from '../../api/console-api.ts';
import { formatDuration } from '../../format/duration.ts';
import { curveFrom } from '../../parts/heard-signals.ts';
import { redColumns } from '../../parts/red-columns.tsx';
import { Sparkline } from '../../parts/sparkline.tsx';
import { type Column, Table } from '../../parts/table.tsx';

const columnsFrom = (from: number): readonly Column<OperationRow>[] => [
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
  ...redColumns<OperationRow>({
    rate: 'always',
    errors: 'always',
    p50: 'medium',
    p95: 'always',
    p99: 'medium',
  }),
  {
    key: 'curve',
    title: 'p95 over time',
    width: '150px',
    from: 'medium',
    cell: ({ operation, red, p95 }) => (
      <Sparkline
        label={`p95 of ${operation}, now ${formatDuration(red.p95)}`}
        curve={curveFrom(p95, from)}
        width={126}
      />
    ),
  },
];

interface OperationTableProps {
  readonly label: string;
  readonly service: string;
  readonly operations: readonly OperationRow[];
  /** Where curves begin. */
  readonly from: number;
  /** The parameter of the URL that holds the order; one of its own for each table. */
  readonly sortParameter: string;
  readonly walk?: boolean;
}

/** What a service does, each operation with its rate, errors and durations. A row leads to its traces. */
export function OperationTable({
  label,
  service,
  operations,
  from,
  sortParameter,
  walk = false,
}: OperationTableProps): JSX.Element {
  return (
    <Table
      label={label}
      columns={useMemo(() => columnsFrom(from), [from])}
      rows={operations}
      keyOf={({ operation, kind }) => `${operation} ${kind}`}
      linkOf={({ operation }) => ({ to: '/traces', parameters: { service, operation } })}
      sortParameter={sortParameter}
      sort="-rate"
      walk={walk}
      empty={<p class="none">No requests in this window.</p>}
    />
  );
}
