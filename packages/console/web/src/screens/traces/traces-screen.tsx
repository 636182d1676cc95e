import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { TraceList } from '../../api/console-api.ts';
import { usePages } from '../../api/use-pages.ts';
import { formatDuration } from '../../format/duration.ts';
import { formatNumber } from '../../format/number.ts';
import { Button } from '../../parts/button.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Awaited, Empty, Failed } from '../../parts/states.tsx';
import { parameter, setParameters } from '../../routing/location.ts';
import { range, windowOf } from '../../time/range.ts';
import { TraceFilters, traceFilterNames, traceParameters } from './trace-filters.tsx';
import { TraceScatter } from './trace-scatter.tsx';
import { TraceTable } from './trace-table.tsx';
import './traces-screen.css';

/** Traces by what they passed through, how they ended and how long they took. */
export function TracesScreen(): JSX.Element {
  const list = usePages<TraceList>('/traces', { ...traceParameters(), limit: 200 });
  const traces = useMemo(() => list.pages.flatMap((page) => page.traces), [list.pages]);
  const last = list.pages.at(-1);
  // Where older traces are left, the picture begins with the oldest that is here.
  const shown = windowOf(range.value);
  const seen =
    last?.cursor === undefined
      ? shown
      : { from: Math.min(...traces.map(({ start }) => start)), to: shown.to };
  const filtered = traceFilterNames.some((name) => parameter(name) !== undefined);
  return (
    <div class="screen">
      <TraceFilters />
      {last === undefined &&
        (list.problem === undefined ? <Awaited height={480} /> : <Failed problem={list.problem} />)}
      {last !== undefined && (
        <>
          {traces.length > 0 && (
            <Panel
              title="Durations"
              note={
                last.cursor === undefined
                  ? `${formatNumber(traces.length)} traces`
                  : `the newest ${formatNumber(traces.length)} traces`
              }
              aside={<span class="quiet from-medium">Drag to zoom in</span>}
            >
              <TraceScatter traces={traces} window={seen} />
            </Panel>
          )}
          <Panel title="Traces" note={`found in ${formatDuration(last.took)}`} flush>
            {traces.length === 0 ? (
              <Empty icon="traces" title={filtered ? 'No trace matches.' : 'No traces in this window.'}>
                {filtered ? (
                  <Button
                    onClick={() =>
                      setParameters(Object.fromEntries(traceFilterNames.map((name) => [name, undefined])))
                    }
                  >
                    Clear the filters
                  </Button>
                ) : (
                  'Choose a longer window at the top.'
                )}
              </Empty>
            ) : (
              <TraceTable traces={traces} />
            )}
            {last.cursor !== undefined && (
              <div class="more">
                <Button onClick={list.more} disabled={list.loading}>
                  {list.loading ? 'Loading' : 'Load older'}
                </Button>
              </div>
            )}
          </Panel>
        </>
      )}
    </div>
  );
}
