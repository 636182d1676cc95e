import type { JSX } from 'preact';
import type { ErrorGroupRow, ErrorList } from '../../api/console-api.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { formatAgo } from '../../format/moment.ts';
import { formatCount, formatRate } from '../../format/number.ts';
import { Select, TextField } from '../../parts/field.tsx';
import { Headline } from '../../parts/headline.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Sparkline } from '../../parts/sparkline.tsx';
import { Answered, Empty } from '../../parts/states.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { parameter, setParameters } from '../../routing/location.ts';
import { ErrorPanel } from './error-panel.tsx';
import { ErrorSeverity } from './error-severity.tsx';
import { errorsSentence } from './errors-sentence.ts';
import './errors.css';

/** Errors of all services in groups, each once however often it happened. */
export function ErrorsScreen(): JSX.Element {
  const answer = useAnswer<ErrorList>('/errors', { channel: 'errors' });
  const service = parameter('service');
  const text = parameter('text') ?? '';
  const chosen = parameter('group');
  const chosenOf = parameter('of');
  return (
    <div class="screen errors">
      <Answered answer={answer} height={400}>
        {({ groups }) => {
          const services = [...new Set(groups.map((group) => group.service))].sort();
          const wanted = text.toLowerCase();
          const shown = groups.filter(
            (group) =>
              (service === undefined || group.service === service) &&
              `${group.name} ${group.message} ${group.component ?? ''}`.toLowerCase().includes(wanted),
          );
          // Services may have the same error.
          const isChosen = (each: ErrorGroupRow): boolean =>
            each.fingerprint === chosen && (chosenOf === undefined || each.service === chosenOf);
          const group = groups.find(isChosen);
          return (
            <>
              {groups.length > 0 && <Headline sentence={errorsSentence(groups)} />}
              <div class="filters">
                <TextField
                  label="Find errors"
                  icon="search"
                  placeholder="Name or message"
                  value={text}
                  onChange={(value) => setParameters({ text: value || undefined }, { replace: true })}
                />
                <Select
                  label="Service"
                  value={service ?? ''}
                  options={[
                    { value: '', text: 'All services' },
                    ...services.map((each) => ({ value: each, text: each })),
                  ]}
                  onChange={(value) => setParameters({ service: value || undefined })}
                />
              </div>
              <div class={`split ${group === undefined ? '' : 'split-open'}`}>
                <Panel title="Groups" note={noteOf(shown)} flush>
                  <Table<ErrorGroupRow>
                    label="Groups of errors"
                    columns={group === undefined ? columns : besidePanel}
                    rows={shown}
                    keyOf={({ fingerprint, service: of }) => `${fingerprint} ${of}`}
                    linkOf={(each) => ({
                      to: '/errors',
                      parameters: {
                        group: each.fingerprint,
                        of: each.service,
                        service,
                        text: text || undefined,
                        sort: parameter('sort'),
                      },
                      current: isChosen(each),
                    })}
                    walk
                    sortParameter="sort"
                    sort="-count"
                    empty={
                      groups.length === 0 ? (
                        <Empty icon="check" title="No error in this window." />
                      ) : (
                        <Empty icon="search" title="No error matches." />
                      )
                    }
                  />
                </Panel>
                {group !== undefined && (
                  <ErrorPanel
                    key={`${group.fingerprint} ${group.service}`}
                    group={group}
                    onClose={() => setParameters({ group: undefined, of: undefined })}
                  />
                )}
              </div>
            </>
          );
        }}
      </Answered>
    </div>
  );
}

const columns: readonly Column<ErrorGroupRow>[] = [
  {
    key: 'name',
    title: 'Error',
    cell: ({ name, message }) => (
      <>
        <strong>{name}</strong> <span class="error-message">{message}</span>
      </>
    ),
    sortBy: ({ name, message }) => `${name} ${message}`,
  },
  {
    key: 'severity',
    title: 'Severity',
    width: '84px',
    from: 'medium',
    cell: ({ severity }) => <ErrorSeverity severity={severity} />,
    sortBy: ({ severity }) => ['low', 'medium', 'high', 'critical'].indexOf(severity ?? ''),
  },
  {
    key: 'service',
    title: 'Service',
    width: '18%',
    from: 'medium',
    cell: ({ service, component }) => (
      <>
        {service} {component !== undefined && <span class="quiet">{component}</span>}
      </>
    ),
    sortBy: ({ service }) => service,
  },
  {
    key: 'curve',
    title: 'Over time',
    width: '128px',
    from: 'wide',
    cell: ({ curve, count }) =>
      curve === null ? (
        <span class="quiet" title="The process that counts them does not tell when each happened">
          –
        </span>
      ) : (
        <Sparkline label={`${count} over time`} curve={curve} width={112} />
      ),
  },
  {
    key: 'count',
    title: 'Count',
    align: 'end',
    width: '76px',
    cell: ({ count }) => formatCount(count),
    sortBy: ({ count }) => count,
  },
  {
    key: 'rate',
    title: 'Rate',
    align: 'end',
    width: '84px',
    from: 'wide',
    cell: ({ rate }) => formatRate(rate),
    sortBy: ({ rate }) => rate,
  },
  {
    key: 'last',
    title: 'Last',
    align: 'end',
    width: '84px',
    cell: ({ lastSeen }) => formatAgo(lastSeen),
    sortBy: ({ lastSeen }) => lastSeen,
  },
];

/** Those for which there is room beside a panel. */
const besidePanel: readonly Column<ErrorGroupRow>[] = columns
  .filter(({ key }) => ['name', 'service', 'count', 'last'].includes(key))
  .map(({ from, ...column }) =>
    column.key === 'service' ? { ...column, width: '20%', cell: ({ service }) => service } : column,
  );

function noteOf(groups: readonly ErrorGroupRow[]): string {
  const count = groups.reduce((sum, group) => sum + group.count, 0);
  return `${formatCount(groups.length)}, of ${formatCount(count)} errors`;
}
