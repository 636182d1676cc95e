import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { ExecutionView } from '../../api/console-api.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { formatCount, formatCounted } from '../../format/number.ts';
import { GraphStage } from '../../graph/graph-stage.tsx';
import { useKeys } from '../../keyboard/keys.ts';
import { Legend, LegendLine } from '../../parts/legend.tsx';
import { Segmented } from '../../parts/segmented.tsx';
import { ServiceFilter } from '../../parts/service-filter.tsx';
import { Answered, Empty } from '../../parts/states.tsx';
import { parameter, setParameters } from '../../routing/location.ts';
import { ExecutionDrawing } from './execution-drawing.tsx';
import { ExecutionPanel } from './execution-panel.tsx';
import { busiest } from './execution-shape.ts';
import { ExecutionTable } from './execution-table.tsx';
import './execution-screen.css';

/** What leads to what, in the order in which it runs, and through which data: as a drawing or as a table. */
export function ExecutionScreen(): JSX.Element {
  const within = parameter('within') === 'true';
  const answer = useAnswer<ExecutionView>('/execution', {
    parameters: {
      service: parameter('service'),
      operation: parameter('operation'),
      within: within ? 'true' : undefined,
    },
    channel: 'execution',
    every: 10_000,
  });
  const view = parameter('view') === 'table' ? 'table' : 'drawing';
  return (
    <div class="screen screen-full graph-screen">
      <div class="filters">
        <Segmented
          label="View"
          value={view}
          options={[
            { value: 'drawing', text: 'Graph' },
            { value: 'table', text: 'Table' },
          ]}
          onChange={(next) => setParameters({ view: next === 'table' ? next : undefined }, { replace: true })}
        />
        <ServiceFilter clears={['node']} />
        <Segmented
          label="Operations"
          value={within ? 'all' : 'entries'}
          options={[
            { value: 'entries', text: 'Between services' },
            { value: 'all', text: 'Internal too' },
          ]}
          onChange={(next) => setParameters({ within: next === 'all' ? 'true' : undefined, node: undefined })}
        />
        <OrderLegend />
      </div>
      <Answered answer={answer} height={480}>
        {(data) =>
          data.nodes.length === 0 ? (
            <Empty icon="execution" title="Nothing of that kind ran in this window.">
              A longer window, or another service, may have some.
            </Empty>
          ) : (
            <Execution answered={data} view={view} />
          )
        }
      </Answered>
    </div>
  );
}

const drawnMax = 90;

function Execution({
  answered,
  view,
}: {
  readonly answered: ExecutionView;
  readonly view: 'drawing' | 'table';
}): JSX.Element {
  const drawn = useMemo(() => busiest(answered, drawnMax), [answered]);
  const shown = view === 'drawing' ? drawn : answered;
  const chosen = parameter('node');
  const choose = (key: string | undefined): void =>
    setParameters({ node: key === chosen ? undefined : key }, { replace: true });
  useKeys([
    { keys: 'Escape', does: 'Clear the selection', group: 'This screen', run: () => choose(undefined) },
  ]);
  return (
    <>
      <p class="quiet figure">
        From the newest {formatCounted(answered.traces, 'trace')}: {counted(shown)}
        {shown.omitted > 0 && `, the busiest; ${formatCount(shown.omitted)} more are left out`}
      </p>
      <GraphStage
        view={view}
        drawing={() => <ExecutionDrawing view={drawn} chosen={chosen} onChoose={choose} />}
        table={() => <ExecutionTable view={answered} />}
        panel={
          chosen !== undefined && (
            <ExecutionPanel
              view={answered}
              chosen={chosen}
              onChoose={(key) => setParameters({ node: key }, { replace: true })}
              onClose={() => choose(undefined)}
            />
          )
        }
      />
    </>
  );
}

function counted({ nodes }: ExecutionView): string {
  const shared = nodes.filter(({ service }) => service === undefined).length;
  const operations = formatCounted(nodes.length - shared, 'operation');
  return shared === 0
    ? operations
    : `${operations}, ${shared === 1 ? '1 table or topic' : `${formatCount(shared)} tables and topics`}`;
}

/** What the marks on the lines mean. */
function OrderLegend(): JSX.Element {
  return (
    <Legend
      class="graph-legend"
      marks={[
        [<b class="execution-mark">1</b>, 'order of calls'],
        [<b class="execution-mark">2∥</b>, 'at the same time'],
        [<LegendLine dashed />, 'messages'],
      ]}
    />
  );
}
