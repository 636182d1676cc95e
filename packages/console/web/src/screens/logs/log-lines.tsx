import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import type { LogRow } from '../../api/console-api.ts';
import { formatMomentExactly } from '../../format/moment.ts';
import { useKeys } from '../../keyboard/keys.ts';
import { Link } from '../../routing/link.tsx';
import { parameter, setParameters } from '../../routing/location.ts';

interface LogLinesProps {
  readonly logs: readonly LogRow[];
  /** What was searched for; it is marked. */
  readonly search: string | undefined;
}

/** Lines of logs. One that is pressed shows all it carries. */
export function LogLines({ logs, search }: LogLinesProps): JSX.Element {
  const list = useRef<HTMLOListElement>(null);
  const open = parameter('line');
  const step = (by: 1 | -1): void => {
    const lines = [...(list.current?.querySelectorAll<HTMLElement>('.log-line') ?? [])];
    const at = lines.indexOf(document.activeElement as HTMLElement);
    const next = at < 0 ? (by > 0 ? 0 : lines.length - 1) : at + by;
    lines[Math.min(lines.length - 1, Math.max(0, next))]?.focus();
  };
  useKeys([
    { keys: 'j', does: 'Next line', group: 'This screen', run: () => step(1) },
    { keys: 'k', does: 'Previous line', group: 'This screen', run: () => step(-1) },
  ]);
  return (
    <ol class="log-lines" ref={list}>
      {logs.map((row) => (
        <li key={row.id} class={`log-${row.severity}`}>
          <button
            type="button"
            class="log-line"
            aria-expanded={open === row.id}
            onClick={() => setParameters({ line: open === row.id ? undefined : row.id }, { replace: true })}
          >
            <time class="log-time" title={new Date(row.at).toISOString()}>
              {formatMomentExactly(row.at)}
            </time>
            <span class="log-severity">{row.severity}</span>
            <span class="log-service cut">{row.service}</span>
            <span class="log-body">
              <Marked text={row.body} search={search} />
            </span>
          </button>
          {open === row.id && <LogDetail row={row} />}
        </li>
      ))}
    </ol>
  );
}

function LogDetail({ row }: { readonly row: LogRow }): JSX.Element {
  const { traceId, spanId } = row;
  return (
    <div class="log-detail">
      <p class="log-links">
        {traceId !== undefined && (
          <>
            <Link to={`/traces/${traceId}`} parameters={{ span: spanId }} class="link">
              Open trace
            </Link>
            <Link to="/logs" parameters={{ traceId }} class="link">
              Logs of this trace
            </Link>
          </>
        )}
        <Link to={`/services/${encodeURIComponent(row.service)}`} class="link">
          {row.service}
        </Link>
      </p>
      <dl class="attributes mono">
        <Attribute name="time" value={new Date(row.at).toISOString()} />
        {row.instance !== undefined && <Attribute name="instance" value={row.instance} />}
        {Object.entries(row.attributes).map(([name, value]) => (
          <Attribute key={name} name={name} value={value} />
        ))}
        {traceId !== undefined && <Attribute name="trace id" value={traceId} />}
        {spanId !== undefined && <Attribute name="span id" value={spanId} />}
      </dl>
    </div>
  );
}

function Attribute({ name, value }: { readonly name: string; readonly value: unknown }): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
    </div>
  );
}

/** A text in which what was searched for is marked. */
function Marked({
  text,
  search,
}: {
  readonly text: string;
  readonly search: string | undefined;
}): JSX.Element {
  if (search === undefined) return <>{text}</>;
  const parts: (string | JSX.Element)[] = [];
  const [lower, wanted] = [text.toLowerCase(), search.toLowerCase()];
  let from = 0;
  for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, from)) {
    parts.push(text.slice(from, at), <mark key={at}>{text.slice(at, at + wanted.length)}</mark>);
    from = at + wanted.length;
  }
  return (
    <>
      {parts}
      {text.slice(from)}
    </>
  );
}
