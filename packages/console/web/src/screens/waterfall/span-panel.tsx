import { type ComponentChildren, Fragment, type JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { LogList, SpanDetail } from '../../api/console-api.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { formatDuration } from '../../format/duration.ts';
import { formatCount, formatShare } from '../../format/number.ts';
import { Badge } from '../../parts/badge.tsx';
import { Button } from '../../parts/button.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Answered } from '../../parts/states.tsx';
import { Link } from '../../routing/link.tsx';
import { ancestors, children, type SpanTree } from './span-tree.ts';
import { valueText } from './value-text.ts';
import './span-panel.css';

interface SpanPanelProps {
  readonly tree: SpanTree;
  readonly span: number;
  readonly hue: string;
  /** Milliseconds on the critical path. */
  readonly critical: number;
  readonly onSelect: (span: number) => void;
  readonly onClose: () => void;
  readonly onZoom: () => void;
}

const kinds = ['internal', 'server', 'client', 'producer', 'consumer'] as const;

/** All that is known of one span. */
export function SpanPanel(props: SpanPanelProps): JSX.Element {
  const { tree, span, hue, critical, onSelect } = props;
  const { view, starts, durations } = tree;
  const spanId = view.spanIds[span]!;
  const detail = useAnswer<SpanDetail>(`/traces/${view.traceId}/spans/${spanId}`, {
    windowed: false,
    every: 0,
  });
  const logs = useAnswer<LogList>('/logs', {
    windowed: false,
    every: 0,
    parameters: {
      traceId: view.traceId,
      spanId,
      limit: 100,
      from: Math.floor(view.start - 60_000),
      to: Math.ceil(view.start + view.duration + 60_000),
    },
  });
  const duration = durations[span]!;
  const self = view.selfTimes[span]!;
  const above = ancestors(tree, span);
  const calls = [...children(tree, span)];
  const service = view.services[view.service[span]!]!;
  const failed = view.statuses[span] === 2;
  return (
    <aside class="span-panel" aria-label="Chosen span">
      <header class="span-panel-head">
        <span class="span-dot" style={{ background: `var(${hue})` }} />
        <div class="span-panel-title">
          <Link class="span-panel-service" to={`/services/${encodeURIComponent(service)}`}>
            {service}
          </Link>
          <h3>{view.operations[view.operation[span]!]}</h3>
        </div>
        <Button icon="fit" look="plain" label="Zoom to this span (z)" onClick={props.onZoom} />
        <Button icon="close" look="plain" label="Close (Esc)" onClick={props.onClose} />
      </header>
      <div class="span-panel-badges">
        <Badge>{kinds[view.kinds[span]!] ?? 'internal'}</Badge>
        {failed && <Badge tone="alarm">failed</Badge>}
        {view.orphans[span] === 1 && <Badge tone="warn">parent missing</Badge>}
        {critical > 0 && <Badge tone="accent">on the critical path</Badge>}
      </div>
      <div class="span-panel-body">
        <Facts
          facts={[
            ['Duration', formatDuration(duration)],
            ['Self', <Share key="self" time={self} of={duration} />],
            [
              'On path',
              critical > 0 ? <Share key="path" time={critical} of={view.duration} what=" of trace" /> : '–',
            ],
            ['Starts', `+${formatDuration(starts[span]!)}`],
          ]}
        />
        {(above.length > 0 || calls.length > 0) && (
          <Part title="Call path">
            <ol class="span-way">
              {above.slice(-4).map((each) => (
                <Step key={each} tree={tree} span={each} onSelect={onSelect} />
              ))}
              <li aria-current="true" class="span-way-here">
                {view.operations[view.operation[span]!]}
              </li>
              {calls.length > 0 && (
                <li class="quiet">
                  calls {formatCount(calls.length)} {calls.length === 1 ? 'span' : 'spans'}, the longest:
                </li>
              )}
              {calls
                .sort((one, other) => durations[other]! - durations[one]!)
                .slice(0, 3)
                .map((each) => (
                  <Step key={each} tree={tree} span={each} onSelect={onSelect} />
                ))}
            </ol>
          </Part>
        )}
        <Answered answer={detail}>
          {({ attributes, resource, scope, statusMessage, events, links }) => (
            <>
              {statusMessage !== undefined && <p class="span-message alarm">{statusMessage}</p>}
              <Attributes title="Attributes" values={attributes} />
              {events.length > 0 && (
                <Part title="Events" count={events.length}>
                  <ol class="span-events">
                    {events.map((event) => (
                      <li key={`${event.at} ${event.name}`}>
                        <span class="span-event-at figure">+{formatDuration(event.at - view.start)}</span>
                        <span class={event.name === 'exception' ? 'alarm' : ''}>{event.name}</span>
                        <Values values={event.attributes} />
                      </li>
                    ))}
                  </ol>
                </Part>
              )}
              {links.length > 0 && (
                <Part title="Links" count={links.length}>
                  <ul class="span-links">
                    {links.map((link) => (
                      <li key={link.spanId}>
                        <Link
                          class="link mono"
                          to={`/traces/${link.traceId}`}
                          parameters={{ span: link.spanId }}
                        >
                          {link.traceId.slice(0, 16)}… {link.spanId}
                        </Link>
                      </li>
                    ))}
                  </ul>
                </Part>
              )}
              <Logs list={logs.data} start={view.start} traceId={view.traceId} spanId={spanId} />
              <Attributes title="Process" values={resource} closed />
              <dl class="span-values span-ids">
                <dt>span</dt>
                <dd class="mono">{spanId}</dd>
                {scope !== undefined && (
                  <>
                    <dt>scope</dt>
                    <dd class="mono">{scope}</dd>
                  </>
                )}
              </dl>
            </>
          )}
        </Answered>
      </div>
    </aside>
  );
}

/** A time, and how much of another it is. */
function Share({
  time,
  of,
  what = '',
}: {
  readonly time: number;
  readonly of: number;
  readonly what?: string;
}): JSX.Element {
  return (
    <>
      {formatDuration(time)} {of > 0 && <span class="quiet">{`${formatShare(time / of)}${what}`}</span>}
    </>
  );
}

function Step({ tree, span, onSelect }: Pick<SpanPanelProps, 'tree' | 'span' | 'onSelect'>): JSX.Element {
  const { view, durations } = tree;
  return (
    <li>
      <button type="button" class="span-way-step" onClick={() => onSelect(span)}>
        <span class="cut">
          <span class="quiet">{view.services[view.service[span]!]}</span>{' '}
          {view.operations[view.operation[span]!]}
        </span>
        <span class="figure quiet">{formatDuration(durations[span]!)}</span>
      </button>
    </li>
  );
}

interface PartProps {
  readonly title: string;
  readonly count?: number;
  readonly closed?: boolean;
  readonly children: ComponentChildren;
}

function Part({ title, count, closed = false, children }: PartProps): JSX.Element {
  return (
    <details class="span-part" open={!closed}>
      <summary>
        {title} {count !== undefined && <span class="quiet figure">{formatCount(count)}</span>}
      </summary>
      {children}
    </details>
  );
}

function Attributes(props: {
  readonly title: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly closed?: boolean;
}): JSX.Element | null {
  const [wanted, setWanted] = useState('');
  const names = Object.keys(props.values);
  if (names.length === 0) return null;
  const shown = names.filter((name) =>
    `${name} ${valueText(props.values[name])}`.toLowerCase().includes(wanted.toLowerCase()),
  );
  return (
    <Part title={props.title} count={names.length} closed={props.closed ?? false}>
      {names.length > 12 && (
        <label class="field span-filter">
          <span class="spoken">Filter {props.title.toLowerCase()}</span>
          <input
            type="text"
            placeholder="Filter"
            value={wanted}
            onInput={({ currentTarget }) => setWanted(currentTarget.value)}
          />
        </label>
      )}
      <Values values={Object.fromEntries(shown.map((name) => [name, props.values[name]]))} />
    </Part>
  );
}

function Values({ values }: { readonly values: Readonly<Record<string, unknown>> }): JSX.Element | null {
  const entries = Object.entries(values);
  if (entries.length === 0) return null;
  return (
    <dl class="span-values">
      {entries.map(([name, value]) => (
        <div key={name}>
          <dt>
            <Dotted name={name} />
          </dt>
          <dd class="mono">{valueText(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A name that is broken at its dots where it has to be. */
function Dotted({ name }: { readonly name: string }): JSX.Element {
  return (
    <>
      {name.split('.').map((part, index) => (
        <Fragment key={part}>
          {index > 0 && (
            <>
              .<wbr />
            </>
          )}
          {part}
        </Fragment>
      ))}
    </>
  );
}

function Logs(props: {
  readonly list: LogList | undefined;
  readonly start: number;
  readonly traceId: string;
  readonly spanId: string;
}): JSX.Element | null {
  const logs = props.list?.logs ?? [];
  if (logs.length === 0) return null;
  return (
    <Part title="Logs" count={logs.length}>
      <ol class="span-logs">
        {[...logs]
          .sort((one, other) => one.at - other.at)
          .map((log) => (
            <li key={log.id}>
              <span class="span-event-at figure">+{formatDuration(Math.max(log.at - props.start, 0))}</span>
              <span class={`span-log-severity span-log-${log.severity}`}>{log.severity}</span>
              <span class="span-log-body">{log.body}</span>
            </li>
          ))}
      </ol>
      <Link class="link" to="/logs" parameters={{ traceId: props.traceId, spanId: props.spanId }}>
        Open in logs
      </Link>
    </Part>
  );
}
