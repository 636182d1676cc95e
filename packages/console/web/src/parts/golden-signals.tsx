import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { GoldenSignals, Health } from '../api/console-api.ts';
import { formatDuration } from '../format/duration.ts';
import { formatRate, formatShare } from '../format/number.ts';
import { useKeys } from '../keyboard/keys.ts';
import { parameter, setParameters } from '../routing/location.ts';
import { Button } from './button.tsx';
import { toneOf } from './health-mark.tsx';
import { heardSignals } from './heard-signals.ts';
import { Panel } from './panel.tsx';
import { SignalPanel } from './signal-panel.tsx';
import { SignalTable } from './signal-table.tsx';

/** From which share of failed requests on the errors are coloured. */
const errorsMatter = 0.01;
const saturationWarn = 0.85;

interface GoldenSignalPanelsProps {
  readonly signals: GoldenSignals;
  /** How what they are of is: errors have its colour. */
  readonly health: Health;
  /** Whether what they are of has resources that fill up. Default true. */
  readonly fills?: boolean;
}

/** Traffic, errors, latency and saturation, beside one another. */
export function GoldenSignalPanels({ fills = true, health, ...props }: GoldenSignalPanelsProps): JSX.Element {
  const signals = useMemo(() => heardSignals(props.signals), [props.signals]);
  const errorsNow = signals.errors.values.findLast((value) => value !== null) ?? 0;
  const saturationNow = signals.saturation?.values.findLast((value) => value !== null) ?? 0;
  const tone = toneOf(health);
  const anyErrors = signals.errors.values.some((value) => value !== null && value >= errorsMatter);
  const errorToken = anyErrors ? `--${tone ?? 'alarm'}-mark` : '--mark';
  // The same list while the answer is the same, so that charts are not painted for nothing.
  const series = useMemo(
    () => ({
      traffic: [{ name: 'requests', curve: signals.traffic, token: '--mark', filled: true }],
      errors: [{ name: 'failed', curve: signals.errors, token: errorToken, filled: true }],
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
    [signals, errorToken],
  );
  const inFigures = parameter('signals') === 'table';
  const turn = (): void => setParameters({ signals: inFigures ? undefined : 'table' }, { replace: true });
  useKeys([{ keys: 'v', does: 'Signals as charts or a table', group: 'This screen', run: turn }]);
  if (inFigures) {
    return (
      <Panel
        title="Signals"
        flush
        class="signals-table"
        aside={<Button icon="overview" look="plain" label="Signals as charts (v)" onClick={turn} />}
      >
        <SignalTable signals={signals} />
      </Panel>
    );
  }
  return (
    <div class={`signals ${fills ? '' : 'signals-three'}`}>
      <SignalPanel title="Traffic" series={series.traffic} format={formatRate} />
      <SignalPanel
        title="Errors"
        series={series.errors}
        format={formatShare}
        top={0.05}
        tone={errorsNow >= errorsMatter ? tone : undefined}
      />
      <SignalPanel title="Latency" series={series.latency} format={formatDuration} />
      {fills && (
        <SignalPanel
          title="Saturation"
          series={series.saturation}
          format={formatShare}
          top={1}
          tone={saturationNow >= saturationWarn ? 'warn' : undefined}
          missing="No resource metrics."
        />
      )}
      <Button icon="table" look="plain" class="signals-turn" label="Signals as a table (v)" onClick={turn} />
    </div>
  );
}
