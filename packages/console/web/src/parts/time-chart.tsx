import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { Curve } from '../api/console-api.ts';
import { colourOf } from '../design/colour.ts';
import { theme } from '../design/theme.ts';
import { formatTime } from '../format/moment.ts';
import { showWindow } from '../time/range.ts';
import { isolatedValues } from './isolated-values.ts';
import './time-chart.css';

/** A curve in a chart. `token` names its colour. */
export interface ChartSeries {
  readonly name: string;
  readonly curve: Curve;
  readonly token: string;
  /** Whether the area under it is tinted. */
  readonly filled?: boolean;
  readonly dashed?: boolean;
}

interface TimeChartProps {
  /** What it shows, for those who cannot see it. */
  readonly label: string;
  readonly series: readonly ChartSeries[];
  readonly format: (value: number) => string;
  readonly height?: number;
  /** The scale reaches at least so high. */
  readonly top?: number;
  /** Whether there are axes; without them it is a figure's picture. */
  readonly axes?: boolean;
  /** What stands at the pointer, for the figures beside the chart; undefined when the pointer has left. */
  readonly onPoint?: (values: readonly (number | null)[] | undefined) => void;
}

/**
 * Curves over the window that is shown. All charts of a screen point at the same moment; a stretch that is dragged over becomes
 * the window.
 */
export function TimeChart(props: TimeChartProps): JSX.Element {
  const { label, series, format, height = 120, axes = true } = props;
  const frame = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const latest = useRef(props);
  latest.current = props;
  const [width, setWidth] = useState(0);
  const shape = series.map(({ name, token, filled, dashed }) => [name, token, filled, dashed]).join();

  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry!.contentRect.width)));
    observer.observe(frame.current!);
    return () => observer.disconnect();
  }, []);

  // Another theme paints anew; data comes by the effect below.
  useEffect(() => {
    if (width === 0) return;
    const made = new uPlot(
      optionsOf(latest, width, height, axes),
      dataOf(latest.current.series),
      frame.current!,
    );
    plot.current = made;
    return () => {
      made.destroy();
      plot.current = undefined;
    };
  }, [shape, axes, height, width, theme.value]);

  useEffect(() => plot.current?.setData(dataOf(series)), [series]);

  return (
    <figure class="time-chart" aria-label={`${label}. ${summary(series, format)}`} role="img">
      <div ref={frame} style={{ height: `${height}px` }} />
    </figure>
  );
}

function dataOf(series: readonly ChartSeries[]): uPlot.AlignedData {
  const first = series[0]?.curve;
  if (first === undefined) return [[]];
  const times = first.values.map((_, index) => first.from + index * first.step);
  return [times, ...series.map(({ curve }) => curve.values as (number | null)[])];
}

function optionsOf(
  latest: { readonly current: TimeChartProps },
  width: number,
  height: number,
  axes: boolean,
): uPlot.Options {
  const { series } = latest.current;
  const font = `11px ${getComputedStyle(document.body).fontFamily}`;
  const line = colourOf('--line');
  const axis = { stroke: colourOf('--ink-3'), font, ticks: { show: false }, border: { show: false } };
  return {
    width,
    height,
    ms: 1,
    padding: axes ? [6, 14, 0, 0] : [2, 0, 2, 0],
    legend: { show: false },
    cursor: {
      y: false,
      sync: { key: 'time' },
      points: { size: 6, width: 1.5 },
      drag: { x: true, y: false, setScale: false },
    },
    scales: {
      y: { range: (_plot, _low, high) => [0, Math.max(latest.current.top ?? 0, (high ?? 0) * 1.08) || 1] },
    },
    axes: axes
      ? [
          {
            ...axis,
            size: 22,
            gap: 4,
            space: 56,
            grid: { show: false },
            values: (plot, splits) => splits.map((at) => (isNearEnd(plot, at) ? '' : timeText(at, splits))),
          },
          {
            ...axis,
            size: (_plot, values) => 10 + 6.2 * Math.max(1, ...(values ?? []).map((text) => text.length)),
            gap: 6,
            space: 32,
            grid: { stroke: line, width: 1 },
            values: (_plot, splits) => splits.map((value) => latest.current.format(value)),
          },
        ]
      : [{ show: false }, { show: false }],
    series: [
      {},
      ...series.map(({ name, token, filled, dashed }): uPlot.Series => {
        const colour = colourOf(token);
        return {
          label: name,
          stroke: colour,
          width: 1.25,
          points: {
            show: true,
            size: 3,
            width: 0,
            fill: colour,
            filter: (plot, index) => isolatedValues(plot.data[index] as (number | null)[]),
          },
          ...(dashed && { dash: [3, 3] }),
          ...(filled && { fill: fade(colour) }),
        };
      }),
    ],
    hooks: {
      setSelect: [
        (plot) => {
          const { left, width: wide } = plot.select;
          if (wide < 4) return;
          const window = { from: plot.posToVal(left, 'x'), to: plot.posToVal(left + wide, 'x') };
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          showWindow(window);
        },
      ],
      setCursor: [
        (plot) => {
          const { idx } = plot.cursor;
          latest.current.onPoint?.(
            idx == null ? undefined : plot.data.slice(1).map((values) => values[idx] ?? null),
          );
        },
      ],
    },
  };
}

/** The colour, thin enough for an area. */
function fade(colour: string): string {
  return `color-mix(in srgb, ${colour} 12%, transparent)`;
}

/** The time of a tick; with seconds where minutes would not tell two ticks apart. */
function timeText(at: number, splits: readonly number[]): string {
  const seconds = splits.length > 1 && splits[1]! - splits[0]! < 60_000;
  return formatTime(at).slice(0, seconds ? 8 : 5);
}

/** Whether the text of a tick would stick out of the chart. */
function isNearEnd(plot: uPlot, at: number): boolean {
  const { min, max } = plot.scales['x']!;
  return min != null && max != null && max - at < (max - min) * 0.05;
}

/** The curves in words. */
function summary(series: readonly ChartSeries[], format: (value: number) => string): string {
  return series
    .map(({ name, curve }) => {
      const values = curve.values.filter((value) => value !== null);
      if (values.length === 0) return `${name}: no values`;
      const [low, high] = [Math.min(...values), Math.max(...values)];
      return `${name}: now ${format(values.at(-1)!)}, between ${format(low)} and ${format(high)}`;
    })
    .join('; ');
}
