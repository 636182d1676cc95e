import type { JSX } from 'preact';
import type { ClusterView, MapEdge, ServiceDetail } from '../../api/console-api.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { formatShare } from '../../format/number.ts';
import { Badge } from '../../parts/badge.tsx';
import { ClientTable } from '../../parts/client-table.tsx';
import { GoldenSignalPanels } from '../../parts/golden-signals.tsx';
import { HealthMark, toneOf } from '../../parts/health-mark.tsx';
import { heardFrom } from '../../parts/heard-signals.ts';
import { memberAddresses } from '../../parts/member-addresses.ts';
import { Panel } from '../../parts/panel.tsx';
import { redColumns } from '../../parts/red-columns.tsx';
import { Answered } from '../../parts/states.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { Link } from '../../routing/link.tsx';
import { Breakdown } from './breakdown.tsx';
import { Instances } from './instances.tsx';
import { LatencyHistogram } from './latency-histogram.tsx';
import { OperationTable } from './operation-table.tsx';
import { Policies } from './policies.tsx';
import { SlowestMeasured } from './slowest-measured.tsx';
import './service-screen.css';

/** One service: how it answers, where its time goes, whom it needs, and how its processes and policies are. */
export function ServiceScreen({ service }: { readonly service: string }): JSX.Element {
  const answer = useAnswer<ServiceDetail>(`/services/${encodeURIComponent(service)}`, { every: 2000 });
  return (
    <div class="screen service-screen">
      <Answered answer={answer} height={480}>
        {(detail) => (
          <>
            <Head detail={detail} />
            <GoldenSignalPanels signals={detail.signals} />
            <Operations
              service={service}
              operations={detail.operations}
              from={heardFrom(detail.signals.traffic)}
            />
            <div class="service-halves">
              <Panel title="Where its time goes" note="mean per request, on the critical path">
                <Breakdown rows={detail.breakdown} />
              </Panel>
              <Panel title="Durations" note="drag to see their traces">
                <LatencyHistogram service={service} latencies={detail.latencies} red={detail.summary.red} />
              </Panel>
            </div>
            <SlowestMeasured service={service} />
            {detail.policies.length > 0 && (
              <Panel title="Policies" note="live" flush>
                <Policies policies={detail.policies} />
              </Panel>
            )}
            {detail.clients.length > 0 && (
              <Panel title="Clients of clusters" note="live" flush>
                <Clients clients={detail.clients} />
              </Panel>
            )}
            <div class="service-halves">
              <Panel title="Called by" note={String(detail.callers.length)} flush>
                <Edges edges={detail.callers} end="from" />
              </Panel>
              <Panel title="Calls" note={String(detail.callees.length)} flush>
                <Edges edges={detail.callees} end="to" />
              </Panel>
            </div>
            {detail.instances.length > 0 && (
              <Panel title="Instances" note={String(detail.instances.length)}>
                <Instances instances={detail.instances} from={heardFrom(detail.signals.traffic)} />
              </Panel>
            )}
          </>
        )}
      </Answered>
    </div>
  );
}

/** Its clients of clusters; endpoints are called by the members that are there. */
function Clients({ clients }: Pick<ServiceDetail, 'clients'>): JSX.Element {
  const views = useAnswer<ClusterView[]>('/cluster', { windowed: false, channel: 'cluster' }).data ?? [];
  return <ClientTable clients={clients} members={memberAddresses(views)} ofService />;
}

/** Requests, and apart from them what happens within them. */
function Operations({
  service,
  operations,
  from,
}: Pick<ServiceDetail, 'operations'> & {
  readonly service: string;
  readonly from: number;
}): JSX.Element {
  const requests = operations.filter(({ request }) => request);
  const within = operations.filter(({ request }) => !request);
  return (
    <>
      <Panel title="Operations" note={String(requests.length)} flush>
        <OperationTable
          label="Operations"
          service={service}
          operations={requests}
          from={from}
          sortParameter="sort"
          walk
        />
      </Panel>
      {within.length > 0 && (
        <Panel title="Internal operations" note={String(within.length)} flush>
          <OperationTable
            label="Internal operations"
            service={service}
            operations={within}
            from={from}
            sortParameter="within"
          />
        </Panel>
      )}
    </>
  );
}

function Head({ detail }: { readonly detail: ServiceDetail }): JSX.Element {
  const { name, health, reason, versions, instances, red } = detail.summary;
  return (
    <header class="service-head">
      <HealthMark health={health} size={16} />
      <div>
        <p class="service-title">{name}</p>
        <p class={`service-reason ${toneOf(health) ?? 'quiet'}`}>
          {reason ??
            (health === 'idle' ? 'Nobody has called it within this window.' : 'Answers as it should.')}
        </p>
      </div>
      <p class="service-badges">
        {versions.map((version) => (
          <Badge key={version} title="Version">
            {version}
          </Badge>
        ))}
        <Badge>
          {instances} {instances === 1 ? 'instance' : 'instances'}
        </Badge>
      </p>
      <nav class="service-links" aria-label="More of it">
        <Link to="/traces" parameters={{ service: name }} class="button button-bordered">
          Traces
        </Link>
        {red.errors > 0 && (
          <Link to="/traces" parameters={{ service: name, status: 'error' }} class="button button-bordered">
            Failed traces
          </Link>
        )}
        <Link to="/logs" parameters={{ service: name }} class="button button-bordered">
          Logs
        </Link>
        <Link to="/map" parameters={{ node: name }} class="button button-bordered">
          On the map
        </Link>
      </nav>
    </header>
  );
}

function edgeColumns(end: 'from' | 'to'): readonly Column<MapEdge>[] {
  return [
    {
      key: 'name',
      title: 'Service',
      cell: (edge) => (
        <span class="service-name">
          <HealthMark health={edge.health} />
          <span class="cut">{edge[end]}</span>
          {edge.kind === 'message' && <span class="quiet from-medium">by message</span>}
        </span>
      ),
    },
    ...redColumns<MapEdge>({ rate: 'always', errors: 'always', p95: 'always' }),
    {
      key: 'strength',
      title: 'Of requests',
      hint: "Share of the caller's requests that make this call",
      width: '96px',
      align: 'end',
      from: 'medium',
      cell: ({ strength }) => formatShare(strength),
    },
  ];
}

const columnsOf = { from: edgeColumns('from'), to: edgeColumns('to') } as const;

function Edges({
  edges,
  end,
}: {
  readonly edges: readonly MapEdge[];
  readonly end: 'from' | 'to';
}): JSX.Element {
  return (
    <Table
      label={end === 'from' ? 'Called by' : 'Calls'}
      columns={columnsOf[end]}
      rows={edges}
      keyOf={(edge) => `${edge[end]} ${edge.kind}`}
      linkOf={(edge) => ({ to: `/services/${encodeURIComponent(edge[end])}` })}
      empty={<p class="none">{end === 'from' ? 'No known callers.' : 'It calls nobody.'}</p>}
    />
  );
}
