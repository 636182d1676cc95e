import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { CallCell, CallsDetail, Health, MapEdge } from '../../api/console-api.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { formatDuration } from '../../format/duration.ts';
import { formatCount, formatRate, formatShare } from '../../format/number.ts';
import { useKeys } from '../../keyboard/keys.ts';
import { FigureChoice } from '../../matrix/figure-choice.tsx';
import { type Figure, figureNamed } from '../../matrix/figures.ts';
import { Matrix, type MatrixCell } from '../../matrix/matrix.tsx';
import { Facts } from '../../parts/facts.tsx';
import { GoldenSignalPanels } from '../../parts/golden-signals.tsx';
import { HealthMark } from '../../parts/health-mark.tsx';
import { Panel } from '../../parts/panel.tsx';

import { Answered } from '../../parts/states.tsx';
import { Link } from '../../routing/link.tsx';
import { hrefTo, navigate, type ParameterChanges, parameter } from '../../routing/location.ts';
import './calls-screen.css';

/** The calls of one service by another: how they go, and of which operations and processes they are made. */
export function CallsScreen({
  caller,
  callee,
}: {
  readonly caller: string;
  readonly callee: string;
}): JSX.Element {
  const path = `/calls/${encodeURIComponent(caller)}/${encodeURIComponent(callee)}`;
  const answer = useAnswer<CallsDetail>(path, { every: 2000 });
  const figure = figureNamed(parameter('figure'));
  useKeys([
    {
      keys: 'Escape',
      does: 'Back to the matrix',
      group: 'This screen',
      run: () => navigate(hrefTo('/map', { view: 'matrix', figure: parameter('figure') })),
    },
  ]);
  return (
    <div class="screen calls-screen">
      <Answered answer={answer} height={480}>
        {(detail) => (
          <>
            {detail.edges.map((edge) => (
              <Head key={edge.kind} edge={edge} />
            ))}
            <GoldenSignalPanels signals={detail.signals} health={worstOf(detail.edges)} fills={false} />
            <div class="filters">
              <FigureChoice figure={figure} />
              <span class="quiet">{sayWhoMeasured(detail)}</span>
            </div>
            <Parts
              title="By operation"
              detail={detail}
              cells={detail.operations}
              figure={figure}
              linkOf={({ from, to }) => ({ operation: from, calleeOperation: to })}
            />
            <Parts
              title="By process"
              detail={detail}
              cells={detail.instances}
              figure={figure}
              linkOf={({ from, to }) => ({ instance: from, calleeInstance: to })}
            />
          </>
        )}
      </Answered>
    </div>
  );
}

function Head({ edge }: { readonly edge: MapEdge }): JSX.Element {
  const { from, to, kind, red, health, strength } = edge;
  const facts: readonly (readonly [name: string, value: string])[] = [
    ['Rate', formatRate(red.rate)],
    ['Errors', formatShare(red.errorShare)],
    ['p50', formatDuration(red.p50)],
    ['p95', formatDuration(red.p95)],
    ['p99', formatDuration(red.p99)],
    ['Longest', formatDuration(red.max)],
    [kind === 'call' ? 'Calls' : 'Messages', formatCount(red.count)],
    ['Of its requests', formatShare(strength)],
  ];
  return (
    <header class="calls-head">
      <HealthMark health={health} size={16} />
      <p class="calls-title">
        <Link to={`/services/${encodeURIComponent(from)}`}>{from}</Link>
        <span class="quiet"> {kind === 'call' ? 'calls' : 'sends to'} </span>
        <Link to={`/map`} parameters={{ node: to }}>
          {to}
        </Link>
      </p>
      <nav class="calls-links" aria-label="More of it">
        <Link to="/traces" parameters={{ service: from, callee: to }} class="button button-bordered">
          Traces
        </Link>
        {red.errors > 0 && (
          <Link
            to="/traces"
            parameters={{ service: from, callee: to, status: 'error' }}
            class="button button-bordered"
          >
            Failed traces
          </Link>
        )}
        <Link to="/execution" parameters={{ service: from }} class="button button-bordered">
          In which order
        </Link>
      </nav>
      <Facts facts={facts} />
    </header>
  );
}

/** How calls of all kinds together are. */
function worstOf(edges: readonly MapEdge[]): Health {
  const unwell = (['failing', 'degraded'] as const).find((each) =>
    edges.some(({ health }) => health === each),
  );
  return unwell ?? 'healthy';
}

/** What the figures of parts are of: they need not be those of the whole. */
function sayWhoMeasured({ callee, operations }: CallsDetail): string {
  return operations.some(({ to }) => to !== undefined)
    ? `Each cell is as ${callee} saw it: only it knows who of it answered`
    : `${callee} tells nothing of itself: all is as its callers saw it`;
}

interface PartsProps {
  readonly title: string;
  readonly detail: CallsDetail;
  readonly cells: readonly CallCell[];
  readonly figure: Figure;
  readonly linkOf: (cell: CallCell) => ParameterChanges;
}

/** What the calls are made of, as a matrix. Each cell leads to its traces. */
function Parts({ title, detail, cells, figure, linkOf }: PartsProps): JSX.Element {
  const { caller, callee } = detail;
  const answered = cells.some(({ to }) => to !== undefined);
  const nobody = answered ? 'nobody answered' : callee;
  const shown = useMemo(
    () =>
      cells.map(
        (cell): MatrixCell => ({
          from: cell.from,
          to: cell.to ?? '',
          red: cell.red,
          health: cell.health,
          link: { to: '/traces', parameters: { service: caller, callee, ...linkOf(cell) } },
        }),
      ),
    [cells],
  );
  const endsOf = (side: 'from' | 'to') =>
    [...new Set(shown.map((cell) => cell[side]))]
      // Whom nobody answered comes last.
      .sort((one, other) => Number(one === '') - Number(other === '') || one.localeCompare(other))
      .map((key) => ({ key, name: key === '' ? nobody : key }));
  return (
    <Panel title={title} flush>
      <Matrix
        label={title}
        callers={endsOf('from')}
        callees={endsOf('to')}
        cells={shown}
        figure={figure}
        hint="Press a cell for its traces"
      />
    </Panel>
  );
}
