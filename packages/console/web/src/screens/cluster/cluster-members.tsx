import type { JSX } from 'preact';
import type { AdminClusterMember } from '../../api/console-api.ts';
import { formatBytes, formatCount } from '../../format/number.ts';
import { Badge, type Tone } from '../../parts/badge.tsx';
import { Legend } from '../../parts/legend.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Table } from '../../parts/table.tsx';
import { logScale } from './log-scale.ts';

const roleTones: Readonly<Record<AdminClusterMember['role'], Tone>> = {
  leader: 'accent',
  follower: 'quiet',
  learner: 'quiet',
  candidate: 'warn',
  unreachable: 'alarm',
};

/** Each member with its log, on one scale: what is applied, what is committed, what is only written. */
export function ClusterMembers({
  members,
}: {
  readonly members: readonly AdminClusterMember[];
}): JSX.Element {
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
            cell: ({ name, clientUrls, nativeUrls }) => (
              <span title={[...clientUrls, ...nativeUrls].join('\n')}>
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
            title: (
              <>
                Log
                <span class="from-medium">
                  , entries {formatCount(scale.from)} to {formatCount(scale.to)}
                </span>
              </>
            ),
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
