import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Curve, GoldenSignals } from '../api/console-api.ts';
import { formatDuration } from '../format/duration.ts';
import { formatTime } from '../format/moment.ts';
import { formatRate, formatShare } from '../format/number.ts';
import { type Column, Table } from './table.tsx';

interface SignalRow {
  readonly at: number;
  readonly traffic: number | null;
  readonly errors: number | null;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly saturation: number | null;
}

const columns: readonly Column<SignalRow>[] = [
  { key: 'at', title: 'From', cell: ({ at }) => <span class="figure">{formatTime(at)}</span> },
  figure('traffic', 'Traffic', formatRate),
  figure('errors', 'Errors', formatShare),
  figure('p50', 'p50', formatDuration),
  figure('p95', 'p95', formatDuration),
  figure('p99', 'p99', formatDuration),
  { ...figure('saturation', 'Saturation', formatShare), from: 'medium' },
];

function figure(
  key: Exclude<keyof SignalRow, 'at'>,
  title: string,
  format: (value: number) => string,
): Column<SignalRow> {
  return {
    key,
    title,
    align: 'end',
    cell: (row) => {
      const value = row[key];
      return value === null ? <span class="quiet">–</span> : format(value);
    },
  };
}

/** The golden signals for those who would rather read: a row for each step of the curves, the newest first. */
export function SignalTable({ signals }: { readonly signals: GoldenSignals }): JSX.Element {
  const rows = useMemo(() => signalRows(signals), [signals]);
  const told = signals.saturation === null ? columns.filter(({ key }) => key !== 'saturation') : columns;
  return <Table label="Signals" columns={told} rows={rows} keyOf={({ at }) => String(at)} />;
}

function signalRows({ traffic, errors, p50, p95, p99, saturation }: GoldenSignals): readonly SignalRow[] {
  // Resources are told of in steps of their own.
  const at = (curve: Curve | null, time: number): number | null =>
    curve?.values[Math.floor((time - curve.from) / curve.step)] ?? null;
  return traffic.values
    .map((value, index) => {
      const time = traffic.from + index * traffic.step;
      return {
        at: time,
        traffic: value,
        errors: at(errors, time),
        p50: at(p50, time),
        p95: at(p95, time),
        p99: at(p99, time),
        saturation: at(saturation, time),
      };
    })
    .reverse();
}
