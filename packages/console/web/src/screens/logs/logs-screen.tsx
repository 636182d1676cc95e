import type { JSX } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import type { LogList, LogSeverity, Overview } from '../../api/console-api.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { usePages } from '../../api/use-pages.ts';
import { useKeys } from '../../keyboard/keys.ts';
import { Button } from '../../parts/button.tsx';
import { Select, TextField } from '../../parts/field.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Segmented } from '../../parts/segmented.tsx';
import { Awaited, Empty, Failed } from '../../parts/states.tsx';
import { parameter, setParameters } from '../../routing/location.ts';
import { live } from '../../time/range.ts';
import { LogHistogram, LogLegend } from './log-histogram.tsx';
import { LogLines } from './log-lines.tsx';
import './logs-screen.css';

const filterNames = ['service', 'severity', 'text', 'traceId', 'spanId'] as const;

/** From which severity on, as it is offered. */
const severityOptions: readonly { readonly value: LogSeverity | ''; readonly text: string }[] = [
  { value: '', text: 'All' },
  { value: 'info', text: 'Info' },
  { value: 'warn', text: 'Warn' },
  { value: 'error', text: 'Error' },
];

/** What services said, the newest first; while the page is live, with what they say now. */
export function LogsScreen(): JSX.Element {
  const frame = useRef<HTMLDivElement>(null);
  const filters = Object.fromEntries(filterNames.map((name) => [name, parameter(name)]));
  const list = usePages<LogList>('/logs', { ...filters, limit: 200 }, { every: 2000 });
  const services = useAnswer<Overview>('/overview', { every: 0 }).data?.services;
  const logs = useMemo(() => list.pages.flatMap((page) => page.logs), [list.pages]);
  const last = list.pages.at(-1);
  const service = parameter('service');
  const names = new Set([
    ...(services?.map(({ name }) => name) ?? []),
    ...(service === undefined ? [] : [service]),
  ]);
  const filtered = filterNames.some((name) => parameter(name) !== undefined);
  const clear = (): void => setParameters(Object.fromEntries(filterNames.map((name) => [name, undefined])));
  const focus = (): void => frame.current?.querySelector('input')?.focus();
  useKeys([
    { keys: 'f', does: 'Search the text', group: 'This screen', run: focus },
    { keys: 'x', does: 'Clear the filters', group: 'This screen', run: clear },
  ]);

  return (
    <div class="screen">
      <search class="filters" ref={frame} aria-label="Filters">
        <TextField
          label="Search the text"
          icon="search"
          value={parameter('text') ?? ''}
          onChange={(text) => setParameters({ text })}
          hint="f"
        />
        <Select
          label="Service"
          value={service ?? ''}
          options={[
            { value: '', text: 'All services' },
            ...[...names].sort().map((name) => ({ value: name, text: name })),
          ]}
          onChange={(value) => setParameters({ service: value })}
        />
        <Segmented
          label="From severity"
          value={(parameter('severity') ?? '') as LogSeverity | ''}
          options={severityOptions}
          onChange={(severity) => setParameters({ severity })}
        />
        {parameter('traceId') !== undefined && (
          <Button icon="close" onClick={() => setParameters({ traceId: undefined, spanId: undefined })}>
            Trace {parameter('traceId')!.slice(0, 8)}
          </Button>
        )}
        {filtered && (
          <Button look="plain" onClick={clear}>
            Clear
          </Button>
        )}
      </search>
      {last === undefined &&
        (list.problem === undefined ? <Awaited height={480} /> : <Failed problem={list.problem} />)}
      {last !== undefined && (
        <>
          {logs.length > 0 && (
            <Panel title="Volume" note={live.value ? 'live' : undefined} aside={<LogLegend />}>
              <LogHistogram list={list.pages[0]!} />
            </Panel>
          )}
          <section class="panel log-panel" aria-label="Log lines">
            {logs.length === 0 ? (
              <Empty icon="logs" title={filtered ? 'No log line matches.' : 'No logs in this window.'}>
                {filtered ? (
                  <Button onClick={clear}>Clear the filters</Button>
                ) : (
                  'Logs arrive by OTLP, as traces do.'
                )}
              </Empty>
            ) : (
              <LogLines logs={logs} search={parameter('text')} />
            )}
            {last.cursor !== undefined && (
              <div class="more">
                <Button onClick={list.more} disabled={list.loading && list.pages.length > 1}>
                  Load older
                </Button>
              </div>
            )}
          </section>
        </>
      )}
    </div>
  );
}
