import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { ExecutionEdge, ExecutionNode, ExecutionView } from '../../api/console-api.ts';
import { HealthMark } from '../../parts/health-mark.tsx';
import { Panel } from '../../parts/panel.tsx';
import { redColumns } from '../../parts/red-columns.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { parameter } from '../../routing/location.ts';
import { doneBy, haveOrder, nodeKey, placeText, verbOf } from './execution-shape.ts';

interface StepRow extends ExecutionEdge {
  readonly source: ExecutionNode;
  readonly target: ExecutionNode;
  /** Counts the rows, in the order in which things run. */
  readonly index: number;
  readonly where: string;
}

const stepColumns: readonly Column<StepRow>[] = [
  {
    key: 'index',
    title: 'Operation',
    sortBy: ({ index }) => index,
    cell: ({ source, health }) => (
      <span class="service-name">
        <HealthMark health={health} />
        <span class="cut">
          {source.name} <span class="quiet">{source.service}</span>
        </span>
      </span>
    ),
  },
  {
    key: 'place',
    title: 'Order',
    hint: 'Among all that the operation does; ∥ is beside others, × how often',
    width: '84px',
    cell: ({ where }) => <span class="figure">{where}</span>,
  },
  {
    key: 'target',
    title: 'Does',
    sortBy: ({ target }) => target.name,
    cell: (row) => (
      <>
        <span class="quiet">{verbOf(row)}</span> {row.target.name}{' '}
        <span class="quiet">{row.target.service}</span>
      </>
    ),
  },
  ...redColumns<StepRow>({ rate: 'medium', errors: 'medium', p50: 'wide', p95: 'always' }),
];

interface SharedRow extends ExecutionNode {
  readonly writers: readonly string[];
  readonly readers: readonly string[];
}

const sharedColumns: readonly Column<SharedRow>[] = [
  { key: 'name', title: 'Table or topic', sortBy: ({ name }) => name, cell: ({ name }) => name },
  { key: 'writers', title: 'Written or sent by', cell: ({ writers }) => writers.join(', ') || '–' },
  { key: 'readers', title: 'Read or received by', cell: ({ readers }) => readers.join(', ') || '–' },
  ...redColumns<SharedRow>({ rate: 'medium', errors: 'wide', p95: 'medium' }),
];

/** The execution graph for those who would rather read: each step in its order, and who shares which data. */
export function ExecutionTable({ view }: { readonly view: ExecutionView }): JSX.Element {
  const steps = useMemo(() => stepRows(view), [view]);
  const shared = useMemo(() => sharedRows(view), [view]);
  const kept = {
    view: 'table',
    service: parameter('service'),
    operation: parameter('operation'),
    within: parameter('within'),
  };
  const linkOf = (node: ExecutionNode) => ({
    to: '/execution',
    parameters: { ...kept, node: nodeKey(node) },
  });
  return (
    <div class="execution-tables">
      <Panel title="Steps" note={String(steps.length)} flush>
        <Table
          label="Steps"
          columns={stepColumns}
          rows={steps}
          keyOf={({ index }) => String(index)}
          linkOf={({ source }) => linkOf(source)}
          sortParameter="sort"
          sort="index"
          walk
          empty={<p class="none">No operation led to another.</p>}
        />
      </Panel>
      <Panel title="Data" note={`${shared.length}, with who gives and who takes`} flush>
        <Table
          label="Data"
          columns={sharedColumns}
          rows={shared}
          keyOf={nodeKey}
          linkOf={linkOf}
          sortParameter="sortData"
          empty={<p class="none">No span names a table or a topic.</p>}
        />
      </Panel>
    </div>
  );
}

function stepRows(view: ExecutionView): readonly StepRow[] {
  return view.nodes
    .flatMap((source, node) => {
      const done = doneBy(view, node);
      const ordered = haveOrder(done);
      const received = view.edges.filter(({ from, kind }) => from === node && kind === 'receives');
      return [...received, ...done].map((edge) => ({
        ...edge,
        source,
        target: view.nodes[edge.to]!,
        where: edge.kind === 'receives' ? '' : placeText(edge, ordered),
      }));
    })
    .map((row, index) => ({ ...row, index }));
}

function sharedRows(view: ExecutionView): readonly SharedRow[] {
  const users = (node: number, kinds: readonly ExecutionEdge['kind'][]): string[] => {
    const edges = view.edges.filter(({ to, kind }) => to === node && kinds.includes(kind));
    return [...new Set(edges.map(({ from }) => view.nodes[from]!.service!))].sort();
  };
  return view.nodes.flatMap((node, index) =>
    node.kind === 'data' || node.kind === 'topic'
      ? [
          {
            ...node,
            writers: users(index, ['writes', 'sends']),
            readers: users(index, ['reads', 'receives']),
          },
        ]
      : [],
  );
}
