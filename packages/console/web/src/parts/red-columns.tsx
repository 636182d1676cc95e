import type { Health, Red } from '../api/console-api.ts';
import { formatDuration } from '../format/duration.ts';
import { formatRate, formatShare } from '../format/number.ts';
import { tonesOf } from './health-mark.tsx';
import type { Column } from './table.tsx';

type RedKey = 'rate' | 'errors' | 'p50' | 'p95' | 'p99';

interface Measured {
  readonly red: Red;
  readonly health: Health;
}

/** Rate, errors and durations; of what is unwell, the figure that shows it is coloured. */
const all: Readonly<Record<RedKey, Column<Measured>>> = {
  rate: {
    key: 'rate',
    title: 'Rate',
    width: '84px',
    align: 'end',
    sortBy: ({ red }) => red.rate,
    cell: ({ red }) => formatRate(red.rate),
  },
  errors: {
    key: 'errors',
    title: 'Errors',
    width: '74px',
    align: 'end',
    sortBy: ({ red }) => red.errorShare,
    cell: ({ red, health }) => (
      <span class={tonesOf(health, red).errors ?? (red.errors === 0 ? 'quiet' : '')}>
        {formatShare(red.errorShare)}
      </span>
    ),
  },
  p50: durationColumn('p50'),
  p95: {
    ...durationColumn('p95'),
    cell: ({ red, health }) => <span class={tonesOf(health, red).durations}>{formatDuration(red.p95)}</span>,
  },
  p99: durationColumn('p99'),
};

function durationColumn(key: 'p50' | 'p95' | 'p99'): Column<Measured> {
  return {
    key,
    title: key,
    width: '80px',
    align: 'end',
    sortBy: ({ red }) => red[key],
    cell: ({ red }) => formatDuration(red[key]),
  };
}

/** From which width of the table on a column is shown; `always` whatever its width. */
type Shown = 'always' | 'medium' | 'wide';

/** The columns that a table has of rate, errors and durations, in their usual order. */
export function redColumns<Row extends Measured>(
  shown: Readonly<Partial<Record<RedKey, Shown>>>,
): readonly Column<Row>[] {
  return (Object.keys(all) as RedKey[]).flatMap((key) => {
    const from = shown[key];
    if (from === undefined) return [];
    return [from === 'always' ? all[key] : { ...all[key], from }];
  });
}
