import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { TraceSummary, Window } from '../../api/console-api.ts';
import { formatDuration } from '../../format/duration.ts';
import { hrefTo, navigate, setParameters } from '../../routing/location.ts';
import { timeTicks } from '../../time/time-ticks.ts';
import { durationScale, nearestTo } from './duration-scale.ts';

interface TraceScatterProps {
  readonly traces: readonly TraceSummary[];
  readonly window: Window;
}

const height = 168;
const margin = { left: 52, right: 8, top: 8, bottom: 22 } as const;

/**
 * Traces by when they began and how long they took, on a logarithmic scale. A click opens the nearest; a rectangle that is dragged
 * becomes window and durations. The table below says the same.
 */
export function TraceScatter({ traces, window }: TraceScatterProps): JSX.Element {
  const frame = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const [pointed, setPointed] = useState<TraceSummary | undefined>();
  const [drag, setDrag] = useState<{ x: number; y: number; toX: number; toY: number } | undefined>();
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(entry!.contentRect.width));
    observer.observe(frame.current!);
    return () => observer.disconnect();
  }, []);

  const inner = {
    width: Math.max(1, width - margin.left - margin.right),
    height: height - margin.top - margin.bottom,
  };
  const scale = useMemo(() => durationScale(traces.map(({ duration }) => duration)), [traces]);
  const x = (at: number): number =>
    margin.left + ((at - window.from) / (window.to - window.from)) * inner.width;
  const y = (duration: number): number => margin.top + (1 - scale.place(duration)) * inner.height;
  const at = (event: PointerEvent) => {
    const { left, top } = frame.current!.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  const timeAt = (left: number): number =>
    window.from + ((left - margin.left) / inner.width) * (window.to - window.from);
  const durationAt = (top: number): number => scale.value(1 - (top - margin.top) / inner.height);

  const times = timeTicks(window, Math.max(2, Math.floor(inner.width / 72)));
  return (
    <div
      class="scatter"
      ref={frame}
      style={{ height: `${height}px` }}
      onPointerDown={(event) => {
        const point = at(event);
        frame.current!.setPointerCapture(event.pointerId);
        setDrag({ ...point, toX: point.x, toY: point.y });
      }}
      onPointerMove={(event) => {
        const point = at(event);
        if (drag !== undefined) setDrag({ ...drag, toX: point.x, toY: point.y });
        else
          setPointed(
            nearestTo(point, traces, ({ start, duration }) => ({ x: x(start), y: y(duration) }), 18),
          );
      }}
      onPointerLeave={() => setPointed(undefined)}
      onPointerUp={() => {
        if (drag === undefined) return;
        setDrag(undefined);
        const [left, right] = [Math.min(drag.x, drag.toX), Math.max(drag.x, drag.toX)];
        const [upper, lower] = [Math.min(drag.y, drag.toY), Math.max(drag.y, drag.toY)];
        if (right - left < 5 && lower - upper < 5) {
          if (pointed !== undefined) navigate(hrefTo(`/traces/${pointed.traceId}`));
          return;
        }
        // A flat rectangle is about time alone.
        const flat = lower - upper < 12;
        setParameters({
          from: String(Math.floor(timeAt(left))),
          to: String(Math.ceil(timeAt(right))),
          ...(!flat && {
            durationMin: String(Math.max(0, Math.floor(durationAt(lower) * 100) / 100)),
            durationMax: String(Math.ceil(durationAt(upper) * 100) / 100),
          }),
        });
      }}
    >
      <svg
        width={width}
        height={height}
        role="img"
        aria-label={`${traces.length} traces by time and duration`}
      >
        {scale.ticks.map((tick) => (
          <g key={tick} transform={`translate(0 ${y(tick)})`}>
            <line x1={margin.left} x2={width - margin.right} class="scatter-grid" />
            <text x={margin.left - 8} y={4} text-anchor="end">
              {formatDuration(tick)}
            </text>
          </g>
        ))}
        {width > 0 &&
          times.map((tick) => (
            <text key={tick.at} x={x(tick.at)} y={height - 4} text-anchor="middle">
              {tick.text}
            </text>
          ))}
        {traces.map((trace) => (
          <circle
            key={trace.traceId}
            cx={x(trace.start)}
            cy={y(trace.duration)}
            r={trace.errors > 0 ? 3.5 : 3}
            class={`${trace.errors > 0 ? 'failed' : ''} ${trace === pointed ? 'pointed' : ''}`}
          />
        ))}
        {drag !== undefined && (
          <rect
            class="scatter-drag"
            x={Math.min(drag.x, drag.toX)}
            y={Math.min(drag.y, drag.toY)}
            width={Math.abs(drag.toX - drag.x)}
            height={Math.abs(drag.toY - drag.y)}
          />
        )}
      </svg>
      {pointed !== undefined && drag === undefined && (
        <div
          class="scatter-label"
          style={{
            left: `${Math.min(Math.max(x(pointed.start), 140), Math.max(140, width - 140))}px`,
            top: `${y(pointed.duration)}px`,
          }}
        >
          <b>{formatDuration(pointed.duration)}</b> {pointed.rootService} {pointed.rootOperation}
          {pointed.errors > 0 && <span class="alarm"> · {pointed.errors} failed</span>}
        </div>
      )}
    </div>
  );
}
