import type { JSX } from 'preact';
import { useCallback, useMemo } from 'preact/hooks';
import type { AdminProfile, ProfileFrame, ProfileList, ProfileSummary } from '../../api/console-api.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { serviceHues } from '../../design/service-hues.ts';
import { FlameGraph } from '../../flame/flame-graph.tsx';
import { flameMatches, matchedWeight } from '../../flame/flame-search.ts';
import { FlameShare } from '../../flame/flame-share.tsx';
import { nodeKeys, wholeWeight } from '../../flame/flame-tree.ts';
import { type HeaviestRow, heaviest } from '../../flame/heaviest.ts';
import { profileFlame } from '../../flame/profile-flame.ts';
import { formatDuration } from '../../format/duration.ts';
import { formatMoment } from '../../format/moment.ts';
import { formatBytes, formatShare } from '../../format/number.ts';
import { TextField } from '../../parts/field.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Answered, Empty } from '../../parts/states.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { parameter, setParameters } from '../../routing/location.ts';
import { kindWords } from './profile-kinds.ts';
import { shortInstance } from './short-instance.ts';
import './profiles.css';

/** One profile as a flame graph, and the functions that weigh most. */
export function ProfileScreen({ id }: { readonly id: string }): JSX.Element {
  const answer = useAnswer<AdminProfile>(`/profiles/${encodeURIComponent(id)}`, {
    windowed: false,
    every: 0,
  });
  const list = useAnswer<ProfileList>('/profiles', { windowed: false, every: 0 });
  const summary = list.data?.profiles.find((each) => each.id === id);
  return (
    <div class="screen">
      <Answered answer={answer} height={400}>
        {(profile) => <Profile id={id} profile={profile} summary={summary} />}
      </Answered>
    </div>
  );
}

interface ProfileProps {
  readonly id: string;
  readonly profile: AdminProfile;
  readonly summary: ProfileSummary | undefined;
}

function Profile({ id, profile, summary }: ProfileProps): JSX.Element {
  const tree = useMemo(() => profileFlame(profile), [profile]);
  const keys = useMemo(() => nodeKeys(tree), [tree]);
  const hues = useMemo(() => serviceHues(tree.groups), [tree]);
  const hueOf = useCallback(
    (group: string) =>
      group === 'node' || group === 'engine' || group === 'native'
        ? '--mark'
        : `--hue-${hues.get(group) ?? 0}`,
    [hues],
  );
  const rows = useMemo(() => heaviest(tree), [tree]);
  const whole = wholeWeight(tree);
  const format = profile.unit === 'bytes' ? formatBytes : formatMicroseconds;
  const find = parameter('find') ?? '';
  const matches = useMemo(() => flameMatches(tree, find), [tree, find]);
  const zoom = parameter('zoom');
  const zoomed = zoom === undefined ? -1 : keys.indexOf(zoom);
  const shown =
    matches === undefined
      ? rows
      : rows.filter(({ group, label }) =>
          `${label} ${group}`.toLowerCase().includes(find.trim().toLowerCase()),
        );
  const origins = useMemo(() => byOrigin(rows), [rows]);
  if (tree.count === 0 || whole === 0) {
    return <Empty icon="profiles" title="Nothing was seen while it was taken." />;
  }
  return (
    <>
      <header class="profile-head">
        <h2>
          {kindWords[profile.kind].name}
          {summary !== undefined && (
            <>
              {' '}
              of {summary.service} <span class="mono quiet">{shortInstance(summary.instance)}</span>
            </>
          )}
        </h2>
        <p class="quiet">
          {format(whole)} in all, {kindWords[profile.kind].what}; over {formatDuration(profile.duration)} from{' '}
          {formatMoment(profile.startedAt)}
        </p>
        <ul class="profile-origins" aria-label="Whose code it is">
          {origins.map(({ group, weight }) => (
            <li key={group}>
              <button
                type="button"
                onClick={() => setParameters({ find: group === find ? undefined : group }, { replace: true })}
              >
                <span class="profile-dot" style={{ background: `var(${hueOf(group)})` }} />
                {group} <span class="figure quiet">{formatShare(weight / whole)}</span>
              </button>
            </li>
          ))}
        </ul>
      </header>
      <Panel
        title="Stacks"
        note={
          matches === undefined
            ? 'callers on top'
            : `found ${format(matchedWeight(tree, matches))}, ${formatShare(matchedWeight(tree, matches) / whole)}`
        }
        class="profile-panel"
        aside={
          <TextField
            class="profile-find"
            label="Find functions"
            icon="search"
            value={find}
            onChange={(value) => setParameters({ find: value || undefined }, { replace: true })}
          />
        }
      >
        <FlameGraph
          tree={tree}
          label={`${kindWords[profile.kind].name} profile`}
          format={format}
          hueOf={hueOf}
          matches={matches}
          zoomed={zoomed}
          onZoom={(node) => setParameters({ zoom: node < 0 ? undefined : keys[node]! })}
          detailOf={(node) => <p class="quiet mono">{placeOf(profile.frameTable[tree.frames[node]!]!)}</p>}
        />
      </Panel>
      <Panel title="Functions" note="what weighs most by itself" flush>
        <Table<HeaviestRow>
          label="Functions"
          columns={functionColumns(whole, format, hueOf)}
          rows={shown.slice(0, functionsMax)}
          keyOf={({ group, label }) => `${group} ${label}`}
          linkOf={({ node }) => ({
            to: `/profiles/${encodeURIComponent(id)}`,
            parameters: { find: find || undefined, sort: parameter('sort'), zoom: keys[node]! },
          })}
          sortParameter="sort"
          sort="-self"
          walk
        />
      </Panel>
    </>
  );
}

/** More of them say nothing. */
const functionsMax = 200;

function formatMicroseconds(microseconds: number): string {
  return formatDuration(microseconds / 1000);
}

/** Where a function stands, as far as the profile says. */
function placeOf({ file, line }: ProfileFrame): string {
  if (file === undefined || file === '') return 'of the engine';
  return `${file.replace(/^file:\/\//, '')}${line === undefined ? '' : `:${line}`}`;
}

function byOrigin(rows: readonly HeaviestRow[]): { readonly group: string; readonly weight: number }[] {
  const weights = new Map<string, number>();
  for (const { group, self } of rows) weights.set(group, (weights.get(group) ?? 0) + self);
  return Array.from(weights, ([group, weight]) => ({ group, weight }))
    .filter(({ weight }) => weight > 0)
    .sort((one, other) => other.weight - one.weight)
    .slice(0, 8);
}

function functionColumns(
  whole: number,
  format: (weight: number) => string,
  hueOf: (group: string) => string,
): readonly Column<HeaviestRow>[] {
  return [
    {
      key: 'label',
      title: 'Function',
      cell: ({ label }) => <span class="mono">{label}</span>,
      sortBy: ({ label }) => label,
    },
    {
      key: 'group',
      title: 'Origin',
      width: '20%',
      from: 'medium',
      cell: ({ group }) => group,
      sortBy: ({ group }) => group,
    },
    {
      key: 'share',
      title: 'Share',
      width: '28%',
      from: 'medium',
      cell: ({ self, group }) => <FlameShare share={self / whole} token={hueOf(group)} />,
    },
    {
      key: 'self',
      title: 'Self',
      align: 'end',
      width: '88px',
      cell: ({ self }) => format(self),
      sortBy: ({ self }) => self,
    },
    {
      key: 'total',
      title: 'Total',
      align: 'end',
      width: '88px',
      hint: 'With what it called',
      cell: ({ total }) => format(total),
      sortBy: ({ total }) => total,
    },
  ];
}
