import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import './signal-panel.css';
import { live } from '../time/range.ts';
import { type ChartSeries, TimeChart } from './time-chart.tsx';

interface SignalPanelProps {
  readonly title: string;
  readonly series: readonly ChartSeries[];
  readonly format: (value: number) => string;
  /** The scale reaches at least so high. */
  readonly top?: number;
  readonly height?: number;
  readonly tone?: 'alarm' | 'warn' | undefined;
  /** In place of a chart, where nobody tells. */
  readonly missing?: string;
}

/** One golden signal: its name, its figure now or at the pointer, and its curves. */
export function SignalPanel(props: SignalPanelProps): JSX.Element {
  const { title, series, format, top, height = 92 } = props;
  const [pointed, setPointed] = useState<readonly (number | null)[] | undefined>();
  const values =
    pointed ?? series.map(({ curve }) => curve.values.findLast((value) => value !== null) ?? null);
  const text = (value: number | null | undefined): string => (value == null ? '–' : format(value));
  return (
    <section class="signal" aria-label={title}>
      <header>
        <h2>{title}</h2>
        {series.length > 1 && (
          <ul class="signal-legend">
            {series.map(({ name, token }, index) => (
              <li key={name}>
                <i style={{ background: `var(${token})` }} />
                {name}
                {index > 0 && <b class="figure">{text(values[index])}</b>}
              </li>
            ))}
          </ul>
        )}
      </header>
      <div class="signal-now">
        <p class={`signal-figure figure ${props.tone ?? ''}`}>
          {series.length === 0 ? '–' : text(values[0])}
        </p>
        {series.length > 0 && (
          <span class="signal-when">
            {series.length > 1 && `${series[0]!.name} `}
            {pointed !== undefined ? 'there' : live.value ? 'now' : 'at the end'}
          </span>
        )}
      </div>
      {series.length === 0 ? (
        <p class="signal-missing" style={{ height: `${height}px` }}>
          {props.missing}
        </p>
      ) : (
        <TimeChart
          label={title}
          series={series}
          format={format}
          height={height}
          onPoint={setPointed}
          {...(top !== undefined && { top })}
        />
      )}
    </section>
  );
}
