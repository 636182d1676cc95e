import type { JSX } from 'preact';
import type { ServiceMap } from '../../api/console-api.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { GraphStage } from '../../graph/graph-stage.tsx';
import { useKeys } from '../../keyboard/keys.ts';
import { FigureChoice } from '../../matrix/figure-choice.tsx';
import { figureNamed } from '../../matrix/figures.ts';
import { Legend, LegendLine } from '../../parts/legend.tsx';
import { Segmented } from '../../parts/segmented.tsx';
import { Answered, Empty } from '../../parts/states.tsx';
import { parameter, setParameters } from '../../routing/location.ts';
import { countsOf } from './map-counts.ts';
import { MapDrawing } from './map-drawing.tsx';
import { MapMatrix, type MatrixOrder } from './map-matrix.tsx';
import { MapNodePanel } from './map-node-panel.tsx';
import { MapTable } from './map-table.tsx';
import './map-screen.css';

const views = [
  { value: 'drawing', text: 'Map' },
  { value: 'matrix', text: 'Matrix' },
  { value: 'table', text: 'Table' },
] as const;

const orders: readonly { readonly value: MatrixOrder; readonly text: string }[] = [
  { value: 'calls', text: 'Call order' },
  { value: 'name', text: 'Name' },
  { value: 'figure', text: 'Largest' },
];

/** Who calls whom, as a drawing, as a matrix or as a table; and of one service, what hangs on it. */
export function MapScreen(): JSX.Element {
  const answer = useAnswer<ServiceMap>('/map', { channel: 'map' });
  const chosen = parameter('node');
  const view = views.find(({ value }) => value === parameter('view'))?.value ?? 'drawing';
  const figure = figureNamed(parameter('figure'));
  const order = orders.find(({ value }) => value === parameter('order'))?.value ?? 'calls';
  const choose = (name: string | undefined): void =>
    setParameters({ node: name === chosen ? undefined : name }, { replace: true });
  const show = (next: string): void =>
    setParameters({ view: next === 'drawing' ? undefined : next }, { replace: true });
  useKeys([
    { keys: 'Escape', does: 'Clear the selection', group: 'This screen', run: () => choose(undefined) },
    {
      keys: 'v',
      does: 'Map, matrix, table',
      group: 'This screen',
      run: () => show(views[(views.findIndex(({ value }) => value === view) + 1) % views.length]!.value),
    },
  ]);
  return (
    <div class="screen screen-full graph-screen">
      <Answered answer={answer} height={480}>
        {(map) =>
          map.nodes.length === 0 ? (
            <Empty icon="map" title="No service has called another within this window." />
          ) : (
            <>
              <div class="filters">
                <Segmented label="View" value={view} options={views} onChange={show} />
                {view === 'matrix' && (
                  <>
                    <FigureChoice figure={figure} />
                    <Segmented
                      label="Order"
                      value={order}
                      options={orders}
                      onChange={(next) =>
                        setParameters({ order: next === 'calls' ? undefined : next }, { replace: true })
                      }
                    />
                  </>
                )}
                <span class="quiet figure">{countsOf(map)}</span>
                {map.cycles.map((cycle) => (
                  <span key={cycle.join()} class="warn">
                    Cycle: {[...cycle, cycle[0]].join(' → ')}
                  </span>
                ))}
                {view !== 'matrix' && (
                  <Legend
                    class="graph-legend"
                    marks={[
                      [<LegendLine />, 'calls'],
                      [<LegendLine dashed />, 'messages'],
                      [null, 'in a box: rate · p95 · errors'],
                    ]}
                  />
                )}
              </div>
              <GraphStage
                view={view}
                drawing={() => <MapDrawing map={map} chosen={chosen} onChoose={choose} />}
                matrix={() => <MapMatrix map={map} figure={figure} order={order} />}
                table={() => <MapTable map={map} />}
                panel={
                  chosen !== undefined && (
                    <MapNodePanel map={map} name={chosen} onClose={() => choose(undefined)} />
                  )
                }
              />
            </>
          )
        }
      </Answered>
    </div>
  );
}
