import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { MapEdge, ServiceMap } from '../../api/console-api.ts';
import { type Figure, figureOf } from '../../matrix/figures.ts';
import { Matrix, type MatrixCell, type MatrixEnd } from '../../matrix/matrix.tsx';
import { Panel } from '../../parts/panel.tsx';
import { callsAddress } from '../calls/calls-address.ts';
import { callOrder } from './call-order.ts';

/** In which order services stand: callers before callees, by name, or by the largest figure. */
export type MatrixOrder = 'calls' | 'name' | 'figure';

interface MapMatrixProps {
  readonly map: ServiceMap;
  readonly figure: Figure;
  readonly order: MatrixOrder;
}

/** The map as a matrix of who calls whom. */
export function MapMatrix({ map, figure, order }: MapMatrixProps): JSX.Element {
  const cells = useMemo(() => busiestOf(map.edges).map(cellOf), [map]);
  const names = useMemo(() => inOrder(cells, figure, order), [cells, figure, order]);
  const nodes = new Map(map.nodes.map((node) => [node.name, node]));
  const endOf = (name: string): MatrixEnd => ({
    key: name,
    name,
    health: nodes.get(name)?.health,
    to: nodes.get(name)?.kind === 'service' ? `/services/${encodeURIComponent(name)}` : undefined,
  });
  const [callers, callees] = [new Set(cells.map(({ from }) => from)), new Set(cells.map(({ to }) => to))];
  return (
    <Panel title="Who calls whom" note="rows call columns" class="map-matrix" flush>
      <Matrix
        label="Who calls whom"
        callers={names.filter((name) => callers.has(name)).map(endOf)}
        callees={names.filter((name) => callees.has(name)).map(endOf)}
        cells={cells}
        figure={figure}
        hint="Press a cell for its operations, processes and traces"
      />
    </Panel>
  );
}

/** One edge for each pair: of calls and messages between the same two, what there is more of. */
function busiestOf(edges: readonly MapEdge[]): readonly MapEdge[] {
  const busiest = new Map<string, MapEdge>();
  for (const edge of edges) {
    const key = JSON.stringify([edge.from, edge.to]);
    if (edge.red.count > (busiest.get(key)?.red.count ?? -1)) busiest.set(key, edge);
  }
  return [...busiest.values()];
}

function cellOf({ from, to, kind, red, health }: MapEdge): MatrixCell {
  return { from, to, red, health, isMessage: kind === 'message', link: { to: callsAddress(from, to) } };
}

function inOrder(cells: readonly MatrixCell[], figure: Figure, order: MatrixOrder): readonly string[] {
  const names = callOrder(cells);
  if (order === 'calls') return names;
  if (order === 'name') return names.toSorted();
  const largest = new Map<string, number>();
  for (const { from, to, red } of cells) {
    for (const name of [from, to]) largest.set(name, Math.max(largest.get(name) ?? 0, figureOf(red, figure)));
  }
  return names.toSorted((one, other) => largest.get(other)! - largest.get(one)!);
}
