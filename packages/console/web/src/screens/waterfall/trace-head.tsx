import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { TraceView } from '../../api/console-api.ts';
import { formatDuration } from '../../format/duration.ts';
import { formatMoment, formatTimeExactly } from '../../format/moment.ts';
import { formatCount, formatShare } from '../../format/number.ts';
import { Badge } from '../../parts/badge.tsx';
import { Link } from '../../routing/link.tsx';
import { serviceShares } from './critical-path.ts';
import type { RepeatedCalls } from './repeated-calls.ts';
import { whereTimeWent } from './where-time-went.ts';
import './trace-head.css';

interface TraceHeadProps {
  readonly view: TraceView;
  /** Tokens of the services' colours. */
  readonly hues: readonly string[];
  readonly depth: number;
  readonly repeated: RepeatedCalls | undefined;
  readonly onSelect: (span: number) => void;
  /** Asks for the spans of a service. */
  readonly onService: (service: string) => void;
}

/** What a trace is, and where its time went. */
export function TraceHead({ view, hues, depth, repeated, onSelect, onService }: TraceHeadProps): JSX.Element {
  const shares = useMemo(() => serviceShares(view), [view]);
  const errors = shares.reduce((sum, share) => sum + share.errors, 0);
  const sentence = useMemo(() => whereTimeWent(view), [view]);
  const around = {
    from: String(Math.floor(view.start - 60_000)),
    to: String(Math.ceil(view.start + view.duration + 60_000)),
  };
  // What comes first is a root.
  const rootService = view.services[view.service[0]!] ?? 'Trace';
  const rootOperation = view.operations[view.operation[0]!] ?? view.traceId;
  return (
    <header class="trace-head">
      <div class="trace-title">
        <h2>
          <span class="quiet">{rootService}</span> {rootOperation}
        </h2>
        {errors > 0 && (
          <Badge tone="alarm">
            {formatCount(errors)} {errors === 1 ? 'error' : 'errors'}
          </Badge>
        )}
        {view.omitted > 0 && (
          <Badge tone="warn" title="The trace has more spans than are shown">
            {formatCount(view.omitted)} spans not shown
          </Badge>
        )}
      </div>
      {/* Calls that are told of below need not be told twice. */}
      {sentence !== undefined && (repeated === undefined || !sentence.startsWith(repeated.called)) && (
        <p class="trace-sentence">{sentence}</p>
      )}
      {repeated !== undefined && (
        <p class="trace-repeated">
          <Badge tone="warn">repeated calls</Badge> {repeated.sentence}{' '}
          <button type="button" class="link" onClick={() => onSelect(repeated.group.head)}>
            Show them
          </button>
        </p>
      )}
      <div class="trace-line">
        <dl class="trace-facts">
          <Fact name="Duration" value={formatDuration(view.duration)} />
          <Fact name="Spans" value={formatCount(view.spanCount)} />
          <Fact name="Services" value={formatCount(view.services.length)} />
          <Fact name="Depth" value={formatCount(depth)} />
          <Fact
            name="Started"
            value={`${formatMoment(view.start).split(' ').slice(0, -1).join(' ')} ${formatTimeExactly(view.start)}`}
          />
        </dl>
        <div class="trace-links">
          <Link class="link" to="/logs" parameters={{ traceId: view.traceId, ...around }}>
            {view.logs > 0 ? `${formatCount(view.logs)} logs` : 'Logs'}
          </Link>
          <Link class="link" to="/traces" parameters={{ service: rootService, operation: rootOperation }}>
            Traces like it
          </Link>
        </div>
      </div>
      <ul class="trace-services" aria-label="Services, by their share of the critical path">
        {shares.map(({ service, share, spans }) => (
          <li key={service} style={{ flexGrow: Math.max(share, 0.002) }}>
            <button
              type="button"
              class="trace-service"
              aria-label={`${view.services[service]} ${formatShare(share)} of the critical path, ${formatCount(spans)} spans`}
              title={view.services[service]}
              onClick={() => onService(view.services[service]!)}
            >
              <span class="trace-service-bar" style={{ background: `var(${hues[service]})` }} />
              <span class="trace-service-name cut">{view.services[service]}</span>{' '}
              <span class="trace-service-share figure">{formatShare(share)}</span>
            </button>
          </li>
        ))}
      </ul>
      {view.skews.length > 0 && (
        <p class="trace-skews">
          Clocks were moved:{' '}
          {view.skews
            .map(
              ({ service, milliseconds }) =>
                `${service} by ${milliseconds < 0 ? '' : '+'}${formatDuration(milliseconds)}`,
            )
            .join(', ')}
          .
        </p>
      )}
    </header>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }): JSX.Element {
  return (
    <div class="trace-fact">
      <dt>{name}</dt>
      <dd class="figure">{value}</dd>
    </div>
  );
}
