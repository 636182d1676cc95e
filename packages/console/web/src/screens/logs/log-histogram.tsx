import type { JSX } from 'preact';
import type { LogList, LogSeverity } from '../../api/console-api.ts';
import { formatTime } from '../../format/moment.ts';
import { formatCount } from '../../format/number.ts';
import { heardFrom } from '../../parts/heard-signals.ts';
import { Legend } from '../../parts/legend.tsx';
import { useStretch } from '../../parts/use-stretch.ts';
import { showWindow } from '../../time/range.ts';
import { timeTicks } from '../../time/time-ticks.ts';
import { stackCounts } from './stack-counts.ts';

const tokens: Readonly<Record<LogSeverity, string>> = {
  trace: '--line',
  debug: '--line',
  info: '--mark-soft',
  warn: '--warn-mark',
  error: '--alarm-mark',
  fatal: '--alarm-mark',
};

/** What the colours of the bars mean. */
export function LogLegend(): JSX.Element {
  return (
    <Legend
      class="from-medium"
      marks={[
        [<i style={{ background: `var(${tokens.error})` }} />, 'error'],
        [<i style={{ background: `var(${tokens.warn})` }} />, 'warn'],
        [<i style={{ background: `var(${tokens.info})` }} />, 'info'],
        [<i style={{ background: `var(${tokens.debug})` }} />, 'debug'],
      ]}
    />
  );
}

/** From where the first was heard, if little was heard yet. */
function heardStacks(histogram: LogList['histogram']): ReturnType<typeof stackCounts> {
  const { from, step, bars } = stackCounts(histogram);
  const begin = heardFrom({ from, step, values: bars.map(({ total }) => total) });
  return { from: begin, step, bars: bars.slice(Math.round((begin - from) / step)) };
}

/** How many lines there are by time, the grave ones at the bottom of each bar. A stretch that is dragged over becomes the window. */
export function LogHistogram({ list }: { readonly list: LogList }): JSX.Element {
  const stacks = heardStacks(list.histogram);
  const top = Math.max(1, ...stacks.bars.map(({ total }) => total));
  const timeOf = (index: number): number => stacks.from + index * stacks.step;
  const { plot, pointed, isChosen, handlers } = useStretch(stacks.bars.length, (first, last) =>
    showWindow({ from: timeOf(first), to: timeOf(last + 1) }),
  );
  const window = { from: timeOf(0), to: timeOf(stacks.bars.length) };
  const bar = pointed === undefined ? undefined : stacks.bars[pointed];
  const total = stacks.bars.reduce((sum, each) => sum + each.total, 0);
  return (
    <figure class="log-histogram">
      <figcaption class="figure">
        {bar === undefined ? (
          <>{formatCount(total)} lines</>
        ) : (
          <>
            {formatTime(timeOf(pointed!))} ·{' '}
            {bar.pieces.map(({ severity, count }) => `${formatCount(count)} ${severity}`).join(', ') ||
              'none'}
          </>
        )}
      </figcaption>
      <div
        ref={plot}
        class="log-bars"
        role="img"
        aria-label={`${formatCount(total)} lines over the window`}
        {...handlers}
      >
        {stacks.bars.map(({ pieces }, index) => (
          <span
            key={timeOf(index)}
            class={`log-bar ${index === pointed || isChosen(index) ? 'pointed' : ''}`}
          >
            {pieces.map(({ severity, count }) => (
              <i
                key={severity}
                style={{ height: `${(100 * count) / top}%`, background: `var(${tokens[severity]})` }}
              />
            ))}
          </span>
        ))}
      </div>
      <div class="log-times figure" aria-hidden="true">
        {timeTicks(window, 8).map(({ at, text }) => (
          <span key={at} style={{ left: `${(100 * (at - window.from)) / (window.to - window.from)}%` }}>
            {text}
          </span>
        ))}
      </div>
    </figure>
  );
}
