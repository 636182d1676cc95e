import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Red, ServiceDetail } from '../../api/console-api.ts';
import { formatDuration } from '../../format/duration.ts';
import { formatCount } from '../../format/number.ts';
import { useStretch } from '../../parts/use-stretch.ts';
import { hrefTo, navigate } from '../../routing/location.ts';
import { fewBuckets } from './few-buckets.ts';
import { percentileMarks } from './percentile-marks.ts';

interface LatencyHistogramProps {
  readonly service: string;
  readonly latencies: ServiceDetail['latencies'];
  readonly red: Red;
}

const height = 150;
/** More would be lines, not bars. */
const bucketsMax = 48;

/** How durations fell, on a scale that grows by steps. A stretch that is dragged over leads to its traces. */
export function LatencyHistogram({ service, latencies, red }: LatencyHistogramProps): JSX.Element {
  const { bounds, counts } = useMemo(() => fewBuckets(latencies, bucketsMax), [latencies]);
  const lower = (index: number): number => bounds[index - 1] ?? 0;
  const upper = (index: number): number => bounds[index] ?? Number.POSITIVE_INFINITY;
  const { plot, pointed, isChosen, handlers } = useStretch(counts.length, (first, last) => {
    const durationMax = upper(last);
    navigate(
      hrefTo('/traces', {
        service,
        durationMin: String(lower(first)),
        durationMax: Number.isFinite(durationMax) ? String(durationMax) : undefined,
      }),
    );
  });
  if (counts.length === 0) return <p class="none">No request within this window.</p>;
  const top = Math.max(...counts);
  const place = (value: number): number => {
    const index = bounds.findIndex((bound) => bound >= value);
    if (index < 0) return 100;
    const [low, high] = [lower(index), upper(index)];
    return ((index + (value - low) / (high - low)) / counts.length) * 100;
  };
  const marks = percentileMarks(
    (['p50', 'p95', 'p99'] as const).map((name) => [name, place(red[name])] as const),
  );

  return (
    <figure class="latencies">
      <figcaption class="figure">
        {pointed === undefined ? (
          <>
            p50 <b>{formatDuration(red.p50)}</b> · p95 <b>{formatDuration(red.p95)}</b> · p99{' '}
            <b>{formatDuration(red.p99)}</b>
          </>
        ) : (
          <>
            <b>{formatCount(counts[pointed] ?? 0)}</b> between {formatDuration(lower(pointed))} and{' '}
            {formatDuration(upper(pointed))}
          </>
        )}
      </figcaption>
      <div
        ref={plot}
        class="latencies-plot"
        style={{ height: `${height}px` }}
        role="img"
        aria-label={`Half of the requests take less than ${formatDuration(red.p50)}, 95 of 100 less than ${formatDuration(red.p95)}.`}
        {...handlers}
      >
        {counts.map((count, index) => (
          <span
            key={bounds[index]}
            class={`${index === pointed ? 'pointed' : ''} ${isChosen(index) ? 'chosen' : ''}`}
            style={{ height: `${count === 0 ? 0 : Math.max(1, (count / top) * (height - 18))}px` }}
          />
        ))}
        {marks.map(({ place: left, text, isNearEnd }) => (
          <i key={text} style={{ left: `${left}%` }}>
            <em class={`latencies-mark ${isNearEnd ? 'latencies-mark-left' : ''}`}>{text}</em>
          </i>
        ))}
      </div>
      <div class="latencies-axis figure" aria-hidden="true">
        {[0, 0.25, 0.5, 0.75, 1].map((part) => (
          <span key={part} style={{ left: `${part * 100}%` }}>
            {formatDuration(
              part === 0 ? lower(0) : upper(Math.min(bounds.length, Math.round(part * counts.length)) - 1),
            )}
          </span>
        ))}
      </div>
    </figure>
  );
}
