import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { ProfileKind, ProfileList, ProfileOrder, ProfileSummary } from '../../api/console-api.ts';
import { act, RequestFailed, token } from '../../api/request.ts';
import { type Answer, useAnswer } from '../../api/use-answer.ts';
import { formatDuration } from '../../format/duration.ts';
import { formatAgo } from '../../format/moment.ts';
import { formatCount } from '../../format/number.ts';
import { Badge } from '../../parts/badge.tsx';
import { Button } from '../../parts/button.tsx';
import { Select } from '../../parts/field.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Segmented } from '../../parts/segmented.tsx';
import { Answered, Empty } from '../../parts/states.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { hrefTo, navigate, parameter, setParameters } from '../../routing/location.ts';
import { withToken } from '../../token/token-dialog.tsx';
import { kindWords } from './profile-kinds.ts';
import { shortInstance } from './short-instance.ts';
import './profiles.css';

/** Profiles that were taken, and the way to take one. */
export function ProfilesScreen(): JSX.Element {
  const answer = useAnswer<ProfileList>('/profiles', { windowed: false });
  return (
    <div class="screen">
      <Answered answer={answer} height={300}>
        {({ profiles, sources }) => (
          <>
            {sources.length > 0 && <TakeProfile sources={sources} answer={answer} />}
            <Panel title="Profiles" note={formatCount(profiles.length)} flush>
              <Table<ProfileSummary>
                label="Profiles"
                columns={columns}
                rows={profiles}
                keyOf={({ id }) => id}
                linkOf={({ id }) => ({ to: `/profiles/${encodeURIComponent(id)}` })}
                walk
                sortParameter="sort"
                sort="-taken"
                empty={
                  <Empty icon="profiles" title="No profiles yet.">
                    {sources.length === 0
                      ? 'A process can be profiled when it says where its admin endpoint is.'
                      : 'Choose a process and what to look at, above.'}
                  </Empty>
                }
              />
            </Panel>
          </>
        )}
      </Answered>
    </div>
  );
}

const columns: readonly Column<ProfileSummary>[] = [
  {
    key: 'service',
    title: 'Process',
    width: '40%',
    cell: ({ service, instance }) => (
      <>
        {service} <span class="mono quiet">{shortInstance(instance)}</span>
      </>
    ),
    sortBy: ({ service, instance }) => `${service} ${instance}`,
  },
  {
    key: 'kind',
    title: 'Kind',
    width: '76px',
    cell: ({ kind }) => <Badge>{kindWords[kind].name}</Badge>,
    sortBy: ({ kind }) => kind,
  },
  {
    key: 'duration',
    title: 'Duration',
    align: 'end',
    width: '96px',
    from: 'medium',
    cell: ({ duration }) => formatDuration(duration),
    sortBy: ({ duration }) => duration,
  },
  {
    key: 'taken',
    title: 'Taken',
    align: 'end',
    width: '96px',
    cell: ({ startedAt }) => formatAgo(startedAt),
    sortBy: ({ startedAt }) => startedAt,
  },
];

const durations = [1000, 5000, 10_000, 30_000] as const;

interface TakeProfileProps {
  readonly sources: ProfileList['sources'];
  readonly answer: Answer<ProfileList>;
}

function TakeProfile({ sources, answer }: TakeProfileProps): JSX.Element {
  const source = parameter('source') ?? sources[0]?.source ?? '';
  const kind = (parameter('kind') ?? 'cpu') as ProfileKind;
  const [duration, setDuration] = useState<number>(5000);
  const [taking, setTaking] = useState(false);
  const [problem, setProblem] = useState<string>();

  const take = async (): Promise<void> => {
    setTaking(true);
    setProblem(undefined);
    try {
      const order: ProfileOrder = { source, kind, duration };
      const taken = await act<ProfileSummary>('/profiles', order);
      answer.refresh();
      if (taken !== undefined) navigate(hrefTo(`/profiles/${encodeURIComponent(taken.id)}`));
    } catch (error) {
      if (!(error instanceof RequestFailed)) throw error;
      setProblem(error.problem.detail ?? error.problem.title);
    } finally {
      setTaking(false);
    }
  };

  return (
    <Panel title="Take a profile" note={kindWords[kind].what}>
      <div class="filters profile-order">
        <Select
          label="Process"
          value={source}
          options={sources.map((each) => ({
            value: each.source,
            text: `${each.service} ${shortInstance(each.instance)}`,
          }))}
          onChange={(value) => setParameters({ source: value }, { replace: true })}
        />
        <Segmented<ProfileKind>
          label="Of what"
          value={kind}
          options={(['cpu', 'heap', 'off-cpu'] as const).map((each) => ({
            value: each,
            text: kindWords[each].name,
          }))}
          onChange={(value) =>
            setParameters({ kind: value === 'cpu' ? undefined : value }, { replace: true })
          }
        />
        <Select
          label="For how long"
          value={String(duration)}
          options={durations.map((each) => ({ value: String(each), text: `for ${formatDuration(each)}` }))}
          onChange={(value) => setDuration(Number(value))}
        />
        <Button
          look="strong"
          disabled={taking || source === ''}
          title="The process goes on meanwhile"
          onClick={() => withToken(() => void take())}
        >
          {taking ? `Profiling for ${formatDuration(duration)}` : 'Take profile'}
        </Button>
        {token.value === undefined && <span class="quiet">You are asked for the console’s token first.</span>}
      </div>
      {problem !== undefined && (
        <p class="alarm profile-problem" role="alert">
          {problem}
        </p>
      )}
    </Panel>
  );
}
