import type { JSX } from 'preact';
import type { AdminClusterMember, ClientRow, ClusterView } from '../../api/console-api.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { formatDuration } from '../../format/duration.ts';
import { formatAgo, formatTime } from '../../format/moment.ts';
import { formatBytes, formatCount } from '../../format/number.ts';
import { Badge, type Tone } from '../../parts/badge.tsx';
import { ClientTable } from '../../parts/client-table.tsx';
import { Headline } from '../../parts/headline.tsx';
import { Legend } from '../../parts/legend.tsx';
import { Meter } from '../../parts/meter.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Answered, Empty } from '../../parts/states.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { Link } from '../../routing/link.tsx';
import { clusterState } from './cluster-sentence.ts';
import { logScale } from './log-scale.ts';
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
            <>
              {views.map((view) => (
                <Cluster key={view.name} view={view} />
              ))}
              {clients.length > 0 && (
                <Panel title="Clients" note={`${formatCount(clients.length)}, and where they ask`} flush>
                  <ClientTable clients={clients} />
                </Panel>
              )}
            </>
          )
        }
      </Answered>
    </div>
  );
}

function Cluster({ view }: { readonly view: ClusterView }): JSX.Element {
  const { health, sentence } = clusterState(view);
  return (
    <section class="cluster" aria-label={`Cluster ${view.name}`}>
      <Headline health={health} sentence={sentence}>
        {view.name}, as{' '}
        <Link class="link" to={`/services/${encodeURIComponent(view.service)}`}>
          {view.service}
        </Link>{' '}
        sees it
      </Headline>
      <Members members={view.members} />
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
    </section>
  );
}

const roleTones: Readonly<Record<AdminClusterMember['role'], Tone>> = {
  leader: 'accent',
  follower: 'quiet',
  learner: 'quiet',
  candidate: 'warn',
  unreachable: 'alarm',
};

/** Each member with its log, on one scale: what is applied, what is committed, what is only written. */
function Members({ members }: { readonly members: readonly AdminClusterMember[] }): JSX.Element {
  const scale = logScale(members);
  return (
    <Panel
      title="Members"
      note={`${formatCount(members.length)}`}
      aside={
        <Legend
          class="from-medium"
          marks={[
            [<i class="log-applied" />, 'applied'],
            [<i class="log-committed" />, 'committed'],
            [<i class="log-last" />, 'written'],
          ]}
        />
      }
      flush
    >
      <Table<AdminClusterMember>
        label="Members"
        columns={[
          {
            key: 'name',
            title: 'Member',
            width: '20%',
            cell: ({ name, clientUrls }) => (
              <span title={clientUrls.join('\n')}>
                <strong>{name}</strong>
              </span>
            ),
          },
          {
            key: 'role',
            title: 'Role',
            width: '104px',
            cell: ({ role }) => <Badge tone={roleTones[role]}>{role}</Badge>,
          },
          {
            key: 'term',
            title: 'Term',
            align: 'end',
            width: '64px',
            cell: ({ term, role }) => (role === 'unreachable' ? '–' : formatCount(term)),
            from: 'medium',
          },
          {
            key: 'log',
            title: `Log, entries ${formatCount(scale.from)} to ${formatCount(scale.to)}`,
            cell: (member) => <Log member={member} places={scale.placesOf(member)} />,
          },
          {
            key: 'commit',
            title: 'Committed',
            align: 'end',
            width: '92px',
            from: 'medium',
            cell: ({ commitIndex, role }) => (role === 'unreachable' ? '–' : formatCount(commitIndex)),
          },
          {
            key: 'lag',
            title: 'Lag',
            align: 'end',
            width: '72px',
            hint: 'Entries behind the leader’s commit index',
            cell: ({ lag, role }) =>
              role === 'unreachable' ? (
                '–'
              ) : (
                <span class={lag > 1000 ? 'warn' : lag === 0 ? 'quiet' : ''}>{formatCount(lag)}</span>
              ),
          },
          {
            key: 'stored',
            title: 'Stored',
            align: 'end',
            width: '84px',
            from: 'medium',
            cell: ({ storedBytes, role }) => (role === 'unreachable' ? '–' : formatBytes(storedBytes)),
          },
        ]}
        rows={members}
        keyOf={({ id }) => id}
        toneOf={({ role }) => (role === 'unreachable' ? 'alarm' : undefined)}
      />
    </Panel>
  );
}

function Log(props: {
  readonly member: AdminClusterMember;
  readonly places: ReturnType<ReturnType<typeof logScale>['placesOf']>;
}): JSX.Element {
  const { member, places } = props;
  if (member.role === 'unreachable') return <span class="quiet">does not answer</span>;
  const width = (share: number): string => `${share * 100}%`;
  return (
    <span
      class="log"
      role="img"
      aria-label={`applied ${member.appliedIndex}, committed ${member.commitIndex}, written ${member.lastIndex}`}
    >
      <span class="log-last" style={{ width: width(places.last) }} />
      <span class="log-committed" style={{ width: width(places.committed) }} />
      <span class="log-applied" style={{ width: width(places.applied) }} />
    </span>
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
