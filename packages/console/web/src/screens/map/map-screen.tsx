import type { JSX } from 'preact';
import type { ServiceMap } from '../../api/console-api.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { formatCounted } from '../../format/number.ts';
import { GraphStage } from '../../graph/graph-stage.tsx';
import { useKeys } from '../../keyboard/keys.ts';
import { Legend, LegendLine } from '../../parts/legend.tsx';
import { Segmented } from '../../parts/segmented.tsx';
import { Answered, Empty } from '../../parts/states.tsx';
import { parameter, setParameters } from '../../routing/location.ts';
import { MapDrawing } from './map-drawing.tsx';
import { MapNodePanel } from './map-node-panel.tsx';
import { MapTable } from './map-table.tsx';
import './map-screen.css';

/** Who calls whom, as a drawing or as a table; and of one service, what hangs on it. */
export function MapScreen(): JSX.Element {
  const answer = useAnswer<ServiceMap>('/map', { channel: 'map' });
  const chosen = parameter('node');
  const view = parameter('view') === 'table' ? 'table' : 'drawing';
  const choose = (name: string | undefined): void =>
    setParameters({ node: name === chosen ? undefined : name }, { replace: true });
  useKeys([
    { keys: 'Escape', does: 'Clear the selection', group: 'This screen', run: () => choose(undefined) },
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
                <Segmented
                  label="View"
                  value={view}
                  options={[
                    { value: 'drawing', text: 'Map' },
                    { value: 'table', text: 'Table' },
                  ]}
                  onChange={(next) =>
                    setParameters({ view: next === 'table' ? next : undefined }, { replace: true })
                  }
                />
                <span class="quiet figure">
                  {formatCounted(map.nodes.length, 'service')},{' '}
                  {formatCounted(map.edges.length, 'connection')}
                </span>
                {map.cycles.map((cycle) => (
                  <span key={cycle.join()} class="warn">
                    Cycle: {[...cycle, cycle[0]].join(' → ')}
                  </span>
                ))}
                <Legend
                  class="graph-legend"
                  marks={[
                    [<LegendLine />, 'calls'],
                    [<LegendLine dashed />, 'messages'],
                    [null, 'in a box: rate · p95 · errors'],
                  ]}
                />
              </div>
              <GraphStage
                view={view}
                drawing={() => <MapDrawing map={map} chosen={chosen} onChoose={choose} />}
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
