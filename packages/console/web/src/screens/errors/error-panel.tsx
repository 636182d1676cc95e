import type { JSX } from 'preact';
import type { ErrorGroupRow, ErrorSampleRow } from '../../api/console-api.ts';
import { formatAgo, formatMoment, formatTimeExactly } from '../../format/moment.ts';
import { formatCount, formatRate } from '../../format/number.ts';
import { Button } from '../../parts/button.tsx';
import { Facts } from '../../parts/facts.tsx';
import { TimeChart } from '../../parts/time-chart.tsx';
import { Link } from '../../routing/link.tsx';
import { ErrorSeverity } from './error-severity.tsx';
import { stackFrames } from './stack-frames.ts';

interface ErrorPanelProps {
  readonly group: ErrorGroupRow;
  readonly onClose: () => void;
}

/** One group of errors: how often, since when, and some of them with their stacks and traces. */
export function ErrorPanel({ group, onClose }: ErrorPanelProps): JSX.Element {
  return (
    <section class="panel error-panel" aria-label="Chosen group of errors">
      <header class="error-head">
        <h2>{group.name}</h2>
        {group.severity !== undefined && <ErrorSeverity severity={group.severity} />}
        <span class="error-close">
          <Button icon="close" look="plain" label="Close" onClick={onClose} />
        </span>
      </header>
      <p class="error-text">{group.message}</p>
      <Facts
        facts={[
          ['Count', formatCount(group.count)],
          ['Rate', formatRate(group.rate)],
          ['First seen', formatMoment(group.firstSeen)],
          ['Last seen', formatAgo(group.lastSeen)],
        ]}
      />
      {group.curve !== null && (
        <TimeChart
          label="Errors over time"
          series={[{ name: 'errors', token: '--alarm-mark', curve: group.curve }]}
          format={formatCount}
          height={88}
        />
      )}
      <p class="error-links">
        <Link class="link" to={`/services/${encodeURIComponent(group.service)}`}>
          {group.service}
        </Link>
        <Link class="link" to="/traces" parameters={{ service: group.service, status: 'error' }}>
          Failed traces
        </Link>
        <Link class="link" to="/logs" parameters={{ service: group.service, severity: 'error' }}>
          Logs
        </Link>
      </p>
      <h3>Samples</h3>
      <ol class="error-samples">
        {group.samples.map((sample, index) => (
          <Sample key={index} sample={sample} open={index === 0} />
        ))}
      </ol>
      {group.samples.length === 0 && <p class="quiet">No samples kept.</p>}
    </section>
  );
}

function Sample({ sample, open }: { readonly sample: ErrorSampleRow; readonly open: boolean }): JSX.Element {
  return (
    <li>
      <p class="error-sample-head">
        <time class="figure quiet" dateTime={new Date(sample.at).toISOString()}>
          {formatTimeExactly(sample.at)}
        </time>
        {sample.traceId !== undefined && (
          <Link class="link mono" to={`/traces/${sample.traceId}`} parameters={{ span: sample.spanId }}>
            {sample.traceId.slice(0, 16)}
          </Link>
        )}
      </p>
      <p class="error-sample-text">{sample.message}</p>
      {sample.stack !== undefined && (
        <details open={open}>
          <summary class="quiet">Stack</summary>
          <ol class="error-stack">
            {stackFrames(sample.stack).map((frame, index) => (
              <li key={index} class={frame.own ? 'error-frame-own' : 'quiet'}>
                {frame.name} <span class="error-frame-place">{frame.place}</span>
              </li>
            ))}
          </ol>
        </details>
      )}
    </li>
  );
}
