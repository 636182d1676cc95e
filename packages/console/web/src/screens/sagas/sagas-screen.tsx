import type { JSX } from 'preact';
import type { SagaList, SagaRow } from '../../api/console-api.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { formatDuration } from '../../format/duration.ts';
import { formatAgo } from '../../format/moment.ts';
import { formatCount } from '../../format/number.ts';
import { Select } from '../../parts/field.tsx';
import { Headline } from '../../parts/headline.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Segmented } from '../../parts/segmented.tsx';
import { Answered, Empty } from '../../parts/states.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { parameter, setParameters } from '../../routing/location.ts';
import { sagaPath, shortType, writeSaga } from './saga-address.ts';
import { SagaPanel } from './saga-panel.tsx';
import { sagasState } from './saga-sentence.ts';
import { SagaStatus } from './saga-status.tsx';
import './sagas.css';

const statuses = ['stuck', 'running', 'committed', 'rolled-back'] as const;
const words = {
  stuck: 'Stuck',
  running: 'Running',
  committed: 'Committed',
  'rolled-back': 'Rolled back',
} as const;

/** Sagas of all processes: the stuck ones first, and the one that is looked at beside them. */
export function SagasScreen(): JSX.Element {
  const status = parameter('status');
  const type = parameter('type');
  const chosen = parameter('saga');
  const path = sagaPath(chosen);
  const answer = useAnswer<SagaList>('/sagas', { windowed: false, channel: 'sagas' });
  const types = [...new Set(answer.data?.sagas.map((saga) => saga.type))].sort();
  if (type !== undefined && !types.includes(type)) types.push(type);
  const shown = stuckFirst(answer.data?.sagas ?? []).filter(
    (saga) => saga.status === (status ?? saga.status) && saga.type === (type ?? saga.type),
  );
  return (
    <div class="screen sagas">
      <Answered answer={answer} height={400}>
        {({ sagas, counts, complete, silent }) =>
          sagas.length === 0 && silent.length === 0 ? (
            <Empty icon="sagas" title="No sagas have been seen.">
              They appear once a process that runs sagas names its admin endpoint, as{' '}
              <code>holdfast.admin.url</code>, in what it sends.
            </Empty>
          ) : sagas.length === 0 ? (
            <Empty
              icon="sagas"
              title={`${silent.join(', ')} ${silent.length === 1 ? 'does' : 'do'} not answer.`}
            >
              Sagas run there. It may be busy, or stand still; this page asks again by itself.
            </Empty>
          ) : (
            <>
              <SagasHeadline counts={counts} complete={complete} silent={silent} />
              <div class="filters">
                <Segmented<string>
                  label="Status"
                  value={status ?? ''}
                  options={[
                    { value: '', text: 'All' },
                    ...statuses.map((each) => ({
                      value: each,
                      text: `${words[each]} ${formatCount(counts[each])}`,
                    })),
                  ]}
                  onChange={(value) => setParameters({ status: value || undefined })}
                />
                <Select
                  label="Type"
                  value={type ?? ''}
                  options={[
                    { value: '', text: 'All types' },
                    ...types.map((each) => ({ value: each, text: each })),
                  ]}
                  onChange={(value) => setParameters({ type: value || undefined })}
                />
              </div>
              <div class={`split ${path === undefined ? '' : 'split-open'}`}>
                <Panel title="Sagas" note={formatCount(shown.length)} flush>
                  <Table<SagaRow>
                    label="Sagas"
                    columns={path === undefined ? columns : columns.filter(({ key }) => narrow.has(key))}
                    rows={shown}
                    keyOf={writeSaga}
                    linkOf={(saga) => ({
                      to: '/sagas',
                      parameters: { saga: writeSaga(saga), status, type },
                      current: writeSaga(saga) === chosen,
                    })}
                    walk
                    sortParameter="sort"
                    empty={<Empty icon="search" title="No saga matches." />}
                  />
                </Panel>
                {path !== undefined && (
                  <SagaPanel
                    key={path}
                    path={path}
                    onClose={() => setParameters({ saga: undefined })}
                    onDone={answer.refresh}
                  />
                )}
              </div>
            </>
          )
        }
      </Answered>
    </div>
  );
}

function SagasHeadline(list: Omit<SagaList, 'sagas'>): JSX.Element {
  const { health, sentence, facts } = sagasState(list);
  return (
    <Headline health={health} sentence={sentence}>
      {facts}
    </Headline>
  );
}

const narrow: ReadonlySet<string> = new Set(['id', 'status', 'step']);

const columns: readonly Column<SagaRow>[] = [
  {
    key: 'id',
    title: 'Saga',
    cell: (saga) => (
      <>
        {shortType(saga)} <span class="mono quiet">{saga.id}</span>
      </>
    ),
    sortBy: (saga) => `${saga.type} ${saga.id}`,
  },
  {
    key: 'status',
    title: 'Status',
    width: '104px',
    cell: ({ status }) => <SagaStatus status={status} />,
    sortBy: ({ status }) => statuses.indexOf(status),
  },
  { key: 'step', title: 'Step', width: '120px', cell: ({ step }) => step ?? <span class="quiet">–</span> },
  {
    key: 'problem',
    title: 'Problem',
    width: '30%',
    from: 'wide',
    cell: ({ problem, status }) =>
      problem === undefined ? (
        <span class="quiet">–</span>
      ) : (
        <span class={status === 'stuck' ? 'alarm' : ''}>{problem}</span>
      ),
  },
  { key: 'service', title: 'Service', from: 'medium', cell: ({ service }) => service },
  {
    key: 'started',
    title: 'Started',
    align: 'end',
    width: '88px',
    from: 'medium',
    cell: ({ startedAt }) => (startedAt === undefined ? '–' : formatAgo(startedAt)),
    sortBy: ({ startedAt }) => startedAt ?? 0,
  },
  {
    key: 'took',
    title: 'Duration',
    align: 'end',
    width: '80px',
    from: 'medium',
    cell: (saga) => formatDuration(age(saga)),
    sortBy: age,
  },
];

/** What waits for a person first, then what runs, the newest first. */
function stuckFirst(sagas: readonly SagaRow[]): SagaRow[] {
  const rank = ({ status }: SagaRow): number => (status === 'stuck' ? 0 : status === 'running' ? 1 : 2);
  return [...sagas].sort(
    (one, other) => rank(one) - rank(other) || (other.startedAt ?? 0) - (one.startedAt ?? 0),
  );
}

/** How long it took, or has gone on. */
function age({ startedAt, endedAt }: SagaRow): number {
  return startedAt === undefined ? Number.NaN : (endedAt ?? Date.now()) - startedAt;
}
