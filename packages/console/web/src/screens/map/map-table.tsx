import type { JSX } from 'preact';
import type { MapEdge, ServiceMap } from '../../api/console-api.ts';
import { formatShare } from '../../format/number.ts';
import { HealthMark } from '../../parts/health-mark.tsx';
import { Panel } from '../../parts/panel.tsx';
import { redColumns } from '../../parts/red-columns.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { edgeKey } from './map-shape.ts';

const columns: readonly Column<MapEdge>[] = [
  {
    key: 'from',
    title: 'From',
    sortBy: ({ from }) => from,
    cell: ({ from, to, health }) => (
      <span class="service-name">
        <HealthMark health={health} />
        <span class="cut">
          {from}
          <span class="below-medium"> → {to}</span>
        </span>
      </span>
    ),
  },
  { key: 'to', title: 'To', from: 'medium', sortBy: ({ to }) => to, cell: ({ to }) => to },
  {
    key: 'kind',
    title: 'Kind',
    width: '84px',
    from: 'medium',
    sortBy: ({ kind }) => kind,
    cell: ({ kind }) => <span class="quiet">{kind}</span>,
  },
  ...redColumns<MapEdge>({ rate: 'medium', errors: 'always', p95: 'always' }),
  {
    key: 'strength',
    title: 'Of requests',
    hint: "Share of the caller's requests that make this call",
    width: '96px',
    align: 'end',
    from: 'medium',
    sortBy: ({ strength }) => strength,
    cell: ({ strength }) => formatShare(strength),
  },
];

/** The map for those who would rather read. */
export function MapTable({ map }: { readonly map: ServiceMap }): JSX.Element {
  return (
    <Panel title="Connections" note={String(map.edges.length)} flush>
      <Table
        label="Connections"
        columns={columns}
        rows={map.edges}
        keyOf={edgeKey}
        linkOf={({ to }) => ({ to: '/map', parameters: { view: 'table', node: to } })}
        sortParameter="sort"
        sort="-rate"
        walk
      />
    </Panel>
  );
}
