import type { JSX } from 'preact';
import type { ExemplarList, ExemplarRow } from '../../api/console-api.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { formatDuration } from '../../format/duration.ts';
import { Panel } from '../../parts/panel.tsx';
import { type Column, Table } from '../../parts/table.tsx';

const parameters = { unit: 's', perSeries: 'true', limit: '8' };

/** The slowest that each of a service's own histograms measured: each leads to its trace. Nothing where none of them tells of traces. */
export function SlowestMeasured({ service }: { readonly service: string }): JSX.Element | null {
  const { data } = useAnswer<ExemplarList>('/exemplars', { parameters: { service, ...parameters } });
  if (data === undefined || data.exemplars.length === 0) return null;
  return (
    <Panel title="Slowest by its metrics" note="each leads to its trace" flush>
      <Table
        label="Slowest by its metrics"
        columns={columns}
        rows={data.exemplars}
        keyOf={(row) => `${row.metric} ${row.instance} ${labelsOf(row)}`}
        linkOf={({ spanId, traceId }) => ({
          to: `/traces/${traceId}`,
          ...(spanId !== undefined && { parameters: { span: spanId } }),
        })}
      />
    </Panel>
  );
}

const columns: readonly Column<ExemplarRow>[] = [
  { key: 'metric', title: 'Metric', width: '34%', cell: ({ metric }) => <span class="cut">{metric}</span> },
  { key: 'labels', title: 'Of', cell: (row) => <span class="quiet cut">{labelsOf(row)}</span> },
  {
    key: 'value',
    title: 'Took',
    width: '96px',
    align: 'end',
    cell: ({ value }) => formatDuration(value * 1000),
  },
];

/** What tells a series from others of its metric, without the names that repeat in all rows. */
function labelsOf({ attributes }: ExemplarRow): string {
  return Object.values(attributes)
    .map((value) => (typeof value === 'string' ? value : JSON.stringify(value)))
    .join(' · ');
}
