import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { GoldenSignals } from '../api/console-api.ts';
import { formatDuration } from '../format/duration.ts';
import { formatRate, formatShare } from '../format/number.ts';
import { SignalPanel } from './signal-panel.tsx';

/** From which share of failed requests on the errors are coloured. */
const errorsWarn = 0.01;
const errorsAlarm = 0.05;
const saturationWarn = 0.85;

interface GoldenSignalPanelsProps {
  readonly signals: GoldenSignals;
  /** Whether what they are of has resources that fill up. Default true. */
  readonly fills?: boolean;
}

/** Traffic, errors, latency and saturation, beside one another. */
export function GoldenSignalPanels({ signals, fills = true }: GoldenSignalPanelsProps): JSX.Element {
  const errorsNow = signals.errors.values.findLast((value) => value !== null) ?? 0;
  const saturationNow = signals.saturation?.values.findLast((value) => value !== null) ?? 0;
  const errorTone = errorsNow >= errorsAlarm ? 'alarm' : errorsNow >= errorsWarn ? 'warn' : undefined;
  const anyErrors = signals.errors.values.some((value) => value !== null && value >= errorsWarn);
  // The same list while the answer is the same, so that charts are not painted for nothing.
  const series = useMemo(
    () => ({
      traffic: [{ name: 'requests', curve: signals.traffic, token: '--mark', filled: true }],
      errors: [
        { name: 'failed', curve: signals.errors, token: anyErrors ? '--alarm-mark' : '--mark', filled: true },
      ],
      latency: [
        { name: 'p95', curve: signals.p95, token: '--accent-mark' },
        { name: 'p50', curve: signals.p50, token: '--mark' },
        { name: 'p99', curve: signals.p99, token: '--mark-soft' },
      ],
      saturation:
        signals.saturation === null
          ? []
          : [{ name: 'fullest', curve: signals.saturation, token: '--mark', filled: true }],
    }),
    [signals, anyErrors],
  );
  return (
    <div class={`signals ${fills ? '' : 'signals-three'}`}>
      <SignalPanel title="Traffic" series={series.traffic} format={formatRate} />
      <SignalPanel title="Errors" series={series.errors} format={formatShare} top={0.05} tone={errorTone} />
      <SignalPanel title="Latency" series={series.latency} format={formatDuration} />
      {fills && (
        <SignalPanel
          title="Saturation"
          series={series.saturation}
          format={formatShare}
          top={1}
          tone={saturationNow >= saturationWarn ? 'warn' : undefined}
          missing="No process tells of its resources."
        />
      )}
    </div>
  );
}
