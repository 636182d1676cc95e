import type { ComponentChildren, JSX } from 'preact';
import type { ClientRow, ClusterView } from '../../api/console-api.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { formatDuration } from '../../format/duration.ts';
import { formatAgo, formatTime } from '../../format/moment.ts';
import { formatCount } from '../../format/number.ts';
import { ClientTable } from '../../parts/client-table.tsx';
import { Headline } from '../../parts/headline.tsx';
import { clusterOf, type MemberAddresses, memberAddresses } from '../../parts/member-addresses.ts';
import { Meter } from '../../parts/meter.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Answered, Empty } from '../../parts/states.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { Link } from '../../routing/link.tsx';
import { ClusterMembers } from './cluster-members.tsx';
import { clusterState } from './cluster-sentence.ts';
import './cluster.css';

/** Replicated stores, as the processes that use them see them, and how these get there. */
export function ClusterScreen(): JSX.Element {
  const answer = useAnswer<ClusterView[]>('/cluster', { windowed: false, channel: 'cluster' });
  const clients = useAnswer<ClientRow[]>('/clients', { windowed: false, channel: 'clients' }).data ?? [];
  return (
    <div class="screen">
      <Answered answer={answer} height={400}>
        {(views) =>
          views.length + clients.length === 0 ? (
            <Empty icon="cluster" title="No cluster has been seen.">
              One appears once a member or a client names its admin endpoint, as{' '}
              <code>holdfast.admin.url</code>, in what it sends.
            </Empty>
          ) : (
            <Clusters views={views} clients={clients} />
          )
        }
      </Answered>
    </div>
  );
}

/** Each cluster with its clients, and whoever asks elsewhere. */
function Clusters({
  views,
  clients,
}: {
  readonly views: readonly ClusterView[];
  readonly clients: readonly ClientRow[];
}): JSX.Element {
  const addresses = memberAddresses(views);
  const clientsOf = (cluster: string | undefined): readonly ClientRow[] =>
    clients.filter((client) => clusterOf(addresses, client) === cluster);
  return (
    <>
      {views.map((view) => (
        <Cluster key={view.name} view={view}>
          <Clients title="Clients" clients={clientsOf(view.name)} members={addresses} />
        </Cluster>
      ))}
      <Clients
        title={views.length === 0 ? 'Clients' : 'Clients of others'}
        clients={clientsOf(undefined)}
        members={addresses}
      />
    </>
  );
}

function Clients(props: {
  readonly title: string;
  readonly clients: readonly ClientRow[];
  readonly members: MemberAddresses;
}): JSX.Element | null {
  const { title, clients, members } = props;
  if (clients.length === 0) return null;
  return (
    <Panel title={title} note={`${formatCount(clients.length)}, and where they ask`} flush>
      <ClientTable clients={clients} members={members} />
    </Panel>
  );
}

function Cluster(props: { readonly view: ClusterView; readonly children: ComponentChildren }): JSX.Element {
  const { view, children } = props;
  const { health, sentence } = clusterState(view);
  return (
    <section class="cluster" aria-label={`Cluster ${view.name}`}>
      <Headline health={health} sentence={sentence}>
        Cluster <span class="mono">{view.name}</span>, as{' '}
        <Link class="link" to={`/services/${encodeURIComponent(view.service)}`}>
          {view.service}
        </Link>{' '}
        sees it
      </Headline>
      <ClusterMembers members={view.members} />
      <div class="cluster-parts">
        <Panel
          title="Leases"
          note={formatCount(view.leases.length + view.leasesOmitted)}
          aside={view.leasesOmitted > 0 && <span class="quiet">{formatCount(view.leasesOmitted)} more</span>}
          flush
        >
          <Table
            label="Leases"
            columns={leaseColumns}
            rows={view.leases}
            keyOf={({ id }) => id}
            empty={<Empty title="Nobody holds a lease." />}
          />
        </Panel>
        <Panel title="Terms and leaders" flush>
          {view.history.length === 0 ? (
            <Empty title="Nothing has changed since it was first heard of." />
          ) : (
            <ol class="cluster-history">
              {view.history.map(({ at, text }) => (
                <li key={`${at} ${text}`}>
                  <time class="figure quiet" dateTime={new Date(at).toISOString()} title={formatAgo(at)}>
                    {formatTime(at)}
                  </time>
                  {text}
                </li>
              ))}
            </ol>
          )}
        </Panel>
      </div>
      {children}
    </section>
  );
}

const leaseColumns: readonly Column<ClusterView['leases'][number]>[] = [
  { key: 'id', title: 'Lease', cell: ({ id }) => <span class="mono">{id}</span> },
  { key: 'keys', title: 'Keys', align: 'end', width: '64px', cell: ({ keys }) => formatCount(keys) },
  {
    key: 'remaining',
    title: 'Time left',
    width: '34%',
    cell: ({ remaining, ttl }) => {
      const share = ttl <= 0 ? 0 : remaining / ttl;
      return (
        <span class="lease-left">
          <Meter label="Left of its time" share={share} tone={share < 0.2 ? 'warn' : 'quiet'} />
          <span class="figure">
            {formatDuration(Math.max(remaining, 0))} <span class="quiet">of {formatDuration(ttl)}</span>
          </span>
        </span>
      );
    },
  },
];
