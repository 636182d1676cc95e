import type { JSX } from 'preact';
import type { ExecutionEdge, ExecutionNode, ExecutionView } from '../../api/console-api.ts';
import { formatDuration } from '../../format/duration.ts';
import { formatRate, formatShare } from '../../format/number.ts';
import { Badge } from '../../parts/badge.tsx';
import { Facts } from '../../parts/facts.tsx';
import { HealthMark, toneOf } from '../../parts/health-mark.tsx';
import { SidePanel } from '../../parts/side-panel.tsx';
import { Link } from '../../routing/link.tsx';
import { kindOf } from './execution-drawing.tsx';
import { doneBy, haveOrder, nodeKey, placeText, verbOf } from './execution-shape.ts';

interface ExecutionPanelProps {
  readonly view: ExecutionView;
  /** The key of the node that is looked at. */
  readonly chosen: string;
  readonly onChoose: (key: string) => void;
  readonly onClose: () => void;
}

/** One operation or table: how it is, who leads to it, and what it does in which order. */
export function ExecutionPanel({ view, chosen, onChoose, onClose }: ExecutionPanelProps): JSX.Element {
  const index = view.nodes.findIndex((node) => nodeKey(node) === chosen);
  const node = view.nodes[index];
  if (node === undefined) {
    return (
      <SidePanel title="Gone" onClose={onClose}>
        <p class="quiet">It has not run within this window.</p>
      </SidePanel>
    );
  }
  const { name, service, red, self, peer } = node;
  const taken = view.edges.filter(({ to }) => to === index);
  const received = view.edges.filter(({ from, kind }) => from === index && kind === 'receives');
  const list = { view, onChoose };
  return (
    <SidePanel title={name} health={node.health} onClose={onClose}>
      <p class="map-node-badges">
        {service !== undefined && <Badge>{service}</Badge>}
        <Badge>{service === undefined ? kindOf(node) : node.kind}</Badge>
        {peer !== undefined && <Badge>to {peer}</Badge>}
        {node.entry && <Badge>traces begin here</Badge>}
      </p>
      <Facts
        facts={[
          ['Rate', formatRate(red.rate)],
          ['Errors', formatShare(red.errorShare)],
          ['Own time', self === undefined ? '–' : formatDuration(self)],
          ['p50', formatDuration(red.p50)],
          ['p95', formatDuration(red.p95)],
          ['p99', formatDuration(red.p99)],
        ]}
      />
      <Ways
        {...list}
        title="Called by"
        edges={taken.filter(({ kind }) => kind === 'call' || kind === 'message')}
        end="from"
      />
      <Ways
        {...list}
        title="Written by"
        edges={taken.filter(({ kind }) => kind === 'writes' || kind === 'sends')}
        end="from"
      />
      <Ways
        {...list}
        title="Read by"
        edges={taken.filter(({ kind }) => kind === 'reads' || kind === 'receives')}
        end="from"
      />
      <Ways {...list} title="Receives from" edges={received} end="to" />
      <Ways {...list} title="Does, in order" edges={doneBy(view, index)} end="to" />
      {service !== undefined && <More node={node} service={service} />}
    </SidePanel>
  );
}

function More({ node, service }: { readonly node: ExecutionNode; readonly service: string }): JSX.Element {
  const parameters = { service, operation: node.name };
  return (
    <p class="map-node-links">
      <Link to="/execution" parameters={{ ...parameters, node: nodeKey(node) }} class="link">
        Only this
      </Link>
      <Link to="/traces" parameters={parameters} class="link">
        Traces
      </Link>
      <Link to="/flame" parameters={parameters} class="link">
        Flame
      </Link>
      <Link to={`/services/${encodeURIComponent(service)}`} class="link">
        Service
      </Link>
    </p>
  );
}

interface WaysProps {
  readonly view: ExecutionView;
  readonly title: string;
  readonly edges: readonly ExecutionEdge[];
  readonly end: 'from' | 'to';
  readonly onChoose: (key: string) => void;
}

function Ways({ view, title, edges, end, onChoose }: WaysProps): JSX.Element | null {
  if (edges.length === 0) return null;
  const ordered = haveOrder(edges);
  return (
    <section>
      <h3>{title}</h3>
      <ul class="execution-ways">
        {edges.map((edge) => {
          const node = view.nodes[edge[end]]!;
          const place = isDeed(edge, end) ? placeText(edge, ordered) : '';
          return (
            <li key={`${edge.kind} ${nodeKey(node)}`}>
              <HealthMark health={edge.health} size={10} />
              <button type="button" class="cut" title={node.name} onClick={() => onChoose(nodeKey(node))}>
                {node.name}
              </button>
              {place !== '' && <b class="execution-mark">{place}</b>}
              <p class="quiet figure cut">
                {isDeed(edge, end) && edge.kind !== 'call' ? verbOf(edge).split(' ')[0] : node.service} ·{' '}
                {formatRate(edge.red.rate)} ·{' '}
                <span class={toneOf(edge.health)}>{formatDuration(edge.red.p95)}</span>
                {edge.red.errors > 0 && ` · ${formatShare(edge.red.errorShare)}`}
              </p>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** Whether an edge is shown as something that the chosen node does. */
function isDeed({ kind }: ExecutionEdge, end: 'from' | 'to'): boolean {
  return end === 'to' && kind !== 'receives';
}
