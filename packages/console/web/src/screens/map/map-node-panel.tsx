import type { JSX } from 'preact';
import type { MapEdge, ServiceMap } from '../../api/console-api.ts';
import { formatDuration } from '../../format/duration.ts';
import { formatRate, formatShare } from '../../format/number.ts';
import { Badge } from '../../parts/badge.tsx';
import { Facts } from '../../parts/facts.tsx';
import { HealthMark, toneOf } from '../../parts/health-mark.tsx';
import { Meter } from '../../parts/meter.tsx';
import { SidePanel } from '../../parts/side-panel.tsx';
import { Link } from '../../routing/link.tsx';
import { callsAddress } from '../calls/calls-address.ts';

interface MapNodePanelProps {
  readonly map: ServiceMap;
  readonly name: string;
  readonly onClose: () => void;
}

/** One service of the map: how it is, who hangs on it, and on whom it hangs. */
export function MapNodePanel({ map, name, onClose }: MapNodePanelProps): JSX.Element {
  const node = map.nodes.find((each) => each.name === name);
  return (
    <SidePanel title={name} health={node?.health} onClose={onClose}>
      {node === undefined ? (
        <p class="quiet">It has not been heard of within this window.</p>
      ) : (
        <>
          {node.reason !== undefined && <p class={toneOf(node.health)}>{node.reason}</p>}
          <p class="map-node-badges">
            <Badge>{node.kind}</Badge>
            {node.versions.map((version) => (
              <Badge key={version}>{version}</Badge>
            ))}
            {node.singlePointOfFailure && (
              <Badge tone="warn" title="One instance, and others cannot be reached without it">
                single point of failure
              </Badge>
            )}
          </p>
          <Facts
            facts={[
              ['Requests', formatRate(node.red.rate)],
              ['Errors', formatShare(node.red.errorShare)],
              ['p50', formatDuration(node.red.p50)],
              ['p95', formatDuration(node.red.p95)],
              ['p99', formatDuration(node.red.p99)],
              ['Instances', node.instances === 0 ? '–' : String(node.instances)],
            ]}
          />
          <Share label="Of all requests pass through it" share={node.reach} />
          <Share label="Of the critical path is its own time" share={node.criticalShare} />
          <Edges title="Called by" edges={map.edges.filter(({ to }) => to === name)} end="from" />
          <Edges title="Calls" edges={map.edges.filter(({ from }) => from === name)} end="to" />
          {node.gates.length > 0 && (
            <section>
              <h3>Cannot be reached without it</h3>
              <p class="quiet">{node.gates.join(', ')}</p>
            </section>
          )}
          {node.kind === 'service' && (
            <p class="map-node-links">
              <Link to={`/services/${encodeURIComponent(name)}`} class="link">
                Service
              </Link>
              <Link to="/traces" parameters={{ service: name }} class="link">
                Traces
              </Link>
              <Link to="/logs" parameters={{ service: name }} class="link">
                Logs
              </Link>
            </p>
          )}
        </>
      )}
    </SidePanel>
  );
}

function Share({ label, share }: { readonly label: string; readonly share: number }): JSX.Element {
  return (
    <div class="map-share">
      <span>{label}</span>
      <b class="figure">{formatShare(share)}</b>
      <Meter label={label} share={share} />
    </div>
  );
}

interface EdgesProps {
  readonly title: string;
  readonly edges: readonly MapEdge[];
  readonly end: 'from' | 'to';
}

function Edges({ title, edges, end }: EdgesProps): JSX.Element | null {
  if (edges.length === 0) return null;
  return (
    <section>
      <h3>{title}</h3>
      <ul class="map-edges">
        {edges.map((edge) => (
          <li key={`${edge[end]} ${edge.kind}`}>
            <HealthMark health={edge.health} size={10} />
            <Link to="/map" parameters={{ node: edge[end] }} class="cut">
              {edge[end]}
            </Link>
            <span class="quiet figure">{formatRate(edge.red.rate)}</span>
            <Link
              to={callsAddress(edge.from, edge.to)}
              class={`figure ${toneOf(edge.health) ?? 'quiet'}`}
              title={`${edge.from} calls ${edge.to}`}
            >
              {formatDuration(edge.red.p95)}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
