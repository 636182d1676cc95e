import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { TraceView } from '../../api/console-api.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { serviceHues } from '../../design/service-hues.ts';
import { Answered } from '../../parts/states.tsx';
import { parameter, setParameters } from '../../routing/location.ts';
import { criticalTimes } from './critical-path.ts';
import { criticalRows } from './critical-rows.ts';
import { foldedSpans, parseFold, turn, writeFold } from './fold.ts';
import { Minimap } from './minimap.tsx';
import { heightOf } from './minimap-pixels.ts';
import { repeatedCalls } from './repeated-calls.ts';
import { headMarks, type SiblingGroup, siblingGroups, summedGroups } from './sibling-groups.ts';
import { SpanGrid } from './span-grid.tsx';
import { SpanPanel } from './span-panel.tsx';
import type { WaterfallMode } from './span-row.tsx';
import { matchingSpans, nextMatch } from './span-search.ts';
import { descendants, spanTree } from './span-tree.ts';
import { between, wholeOf, zoomed } from './time-window.ts';
import { TraceHead } from './trace-head.tsx';
import { useTimeWindow } from './use-time-window.ts';
import { useWaterfallKeys } from './use-waterfall-keys.ts';
import { visibleRows } from './visible-rows.ts';
import { WaterfallTools } from './waterfall-tools.tsx';
import './waterfall.css';

/** A trace as a waterfall. While it is young it is asked for again, since its last spans may still be on their way. */
export function WaterfallScreen({ traceId }: { readonly traceId: string }): JSX.Element {
  const [every, setEvery] = useState(0);
  const answer = useAnswer<TraceView>(`/traces/${encodeURIComponent(traceId)}`, { windowed: false, every });
  const { data } = answer;
  useEffect(() => setEvery(data !== undefined && isYoung(data) ? 5000 : 0), [data]);
  return (
    <div class="screen screen-full waterfall">
      <Answered answer={answer} height={480}>
        {(view) => <Waterfall key={view.traceId} view={view} />}
      </Answered>
    </div>
  );
}

const noGroups: ReadonlyMap<number, SiblingGroup> = new Map();
const youthMillis = 60_000;

/** Whether spans may still come; a trace so large that asking again costs something counts as complete. */
function isYoung({ start, duration, spanCount }: TraceView): boolean {
  return spanCount <= 5000 && Date.now() - start - duration < youthMillis;
}

function Waterfall({ view }: { readonly view: TraceView }): JSX.Element {
  const tree = useMemo(() => spanTree(view), [view]);
  const onPath = useMemo(() => criticalTimes(view), [view]);
  const hues = useMemo(() => {
    const found = serviceHues(view.services);
    return view.services.map((service) => `--hue-${found.get(service)}`);
  }, [view]);
  const frame = useRef<HTMLDivElement>(null);
  const depth = tree.deepest + 1;
  const whole = useMemo(() => wholeOf(view.duration), [view]);

  const wanted = parameter('find') ?? '';
  const only = parameter('only');
  const mode: WaterfallMode = parameter('view') === 'table' ? 'table' : 'timeline';
  const foldText = parameter('fold');
  const spanId = parameter('span');
  const fold = useMemo(() => parseFold(foldText), [foldText]);
  const selected = useMemo(() => (spanId === undefined ? -1 : view.spanIds.indexOf(spanId)), [view, spanId]);
  const folded = useMemo(() => foldedSpans(tree, fold), [tree, fold]);
  const matches = useMemo(() => matchingSpans(tree, onPath, wanted), [tree, onPath, wanted]);
  const kept = useMemo(() => {
    if (only === 'found') return matches;
    return only === undefined ? undefined : matchingSpans(tree, onPath, only);
  }, [tree, onPath, only, matches]);
  const openText = parameter('open');
  const groups = useMemo(() => siblingGroups(tree, onPath), [tree, onPath]);
  const summed = useMemo(() => {
    // What is picked out of the trace is shown one by one, and what is chosen has a row.
    if (kept !== undefined) return noGroups;
    const opened = new Set((openText?.split('.') ?? []).map((id) => view.spanIds.indexOf(id)));
    const head = groups.heads[selected] ?? -1;
    if (head >= 0 && head !== selected) opened.add(head);
    return summedGroups(groups, opened);
  }, [groups, openText, view, kept, selected]);
  const visible = useMemo(
    () => visibleRows(tree, folded, kept, { heads: groups.heads, summed }),
    [tree, folded, kept, groups, summed],
  );
  const shownMatches = useMemo(() => matches && headMarks(matches, summed), [matches, summed]);
  const critical = useMemo(
    () => criticalRows(view.critical, visible.rows, visible.spans.length),
    [view, visible],
  );
  const [window, setWindow] = useTimeWindow(whole);
  const inView = useMemo(() => signal({ first: 0, last: 1 }), []);

  const select = useCallback(
    (span: number) => setParameters({ span: span < 0 ? undefined : view.spanIds[span]! }, { replace: true }),
    [view],
  );
  const turnSpan = useCallback(
    (span: number) => setParameters({ fold: writeFold(turn(fold, view.spanIds[span]!)) }, { replace: true }),
    [fold, view],
  );
  const turnGroup = (head: number) => {
    const id = view.spanIds[head]!;
    const others = (openText?.split('.') ?? []).filter((each) => each !== id);
    const open = summed.has(head) ? [...others, id] : others;
    const within = groups.heads[selected] === head;
    setParameters({ open: open.join('.'), ...(within && { span: id }) }, { replace: true });
  };
  const close = () => select(-1);
  const zoomTo = (span: number) =>
    setWindow(between(tree.starts[span]!, tree.starts[span]! + tree.durations[span]!, whole, 0.05));

  const row = selected < 0 ? -1 : visible.rows[selected]!;
  const step = (by: number) => {
    const next = Math.min(Math.max(row + by, 0), visible.spans.length - 1);
    if (next >= 0) select(visible.spans[next]!);
  };
  const jump = (marks: Uint8Array | undefined, by: 1 | -1) => {
    if (marks === undefined) return;
    const next = nextMatch(marks, selected < 0 && by < 0 ? 0 : selected, by);
    if (next >= 0) select(next);
  };
  const inward = () => {
    if (selected < 0) return step(1);
    if (summed.has(selected)) turnGroup(selected);
    else if (folded.has(selected)) turnSpan(selected);
    else if (descendants(tree, selected) > 0) step(1);
  };
  const outward = () => {
    if (selected < 0) return;
    const head = groups.heads[selected]!;
    const isOpenGroup = head >= 0 && kept === undefined && !summed.has(head);
    if (descendants(tree, selected) > 0 && !folded.has(selected) && !summed.has(selected)) turnSpan(selected);
    else if (isOpenGroup) turnGroup(head);
    else if (tree.parents[selected]! >= 0) select(tree.parents[selected]!);
  };
  const zoomBy = (factor: number) => {
    const middle =
      selected < 0 ? (window.from + window.to) / 2 : tree.starts[selected]! + tree.durations[selected]! / 2;
    const anchor = middle > window.from && middle < window.to ? middle : (window.from + window.to) / 2;
    setWindow(zoomed(window, anchor, factor, whole));
  };
  useWaterfallKeys({
    step,
    first: () => step(-visible.spans.length),
    last: () => step(visible.spans.length),
    inward,
    outward,
    found: (by) => jump(matches, by),
    critical: () => jump(matchingSpans(tree, onPath, 'critical'), 1),
    failed: () => jump(matchingSpans(tree, onPath, 'error'), 1),
    zoomToChosen: () => selected >= 0 && zoomTo(selected),
    zoomBy,
    showAll: () => setWindow(whole),
    turnView: () => setParameters({ view: mode === 'table' ? undefined : 'table' }),
    find: () => frame.current?.querySelector('input')?.focus(),
    close,
  });

  const repeated = useMemo(() => repeatedCalls(tree, groups, onPath), [tree, groups, onPath]);
  const found = useMemo(() => matches?.reduce((sum, each) => sum + each, 0), [matches]);
  return (
    <>
      <TraceHead
        view={view}
        hues={hues}
        depth={depth}
        repeated={repeated}
        onSelect={select}
        onService={(service) =>
          setParameters({ find: `service:${service.toLowerCase().replaceAll(' ', '')}` })
        }
      />
      <div class="waterfall-frame" ref={frame}>
        <div class="waterfall-main">
          <WaterfallTools
            wanted={wanted}
            only={only}
            found={found}
            onJump={(by) => jump(matches, by)}
            fold={fold}
            depth={depth}
            mode={mode}
            zoomedTo={window.from > whole.from || window.to < whole.to ? window.to - window.from : undefined}
            onShowAll={() => setWindow(whole)}
          />
          {mode === 'timeline' && (
            <RowsMinimap
              tree={tree}
              hues={hues}
              whole={whole}
              window={window}
              inView={inView}
              spans={visible.spans}
              onWindow={setWindow}
            />
          )}
          {visible.spans.length === 0 ? (
            <p class="waterfall-none quiet">No span matches.</p>
          ) : (
            <SpanGrid
              tree={tree}
              visible={visible}
              critical={critical}
              criticalTimes={onPath}
              hues={hues}
              window={window}
              whole={whole}
              matches={shownMatches}
              folded={folded}
              groups={groups.byHead}
              summed={summed}
              selected={selected}
              mode={mode}
              inView={inView}
              onSelect={select}
              onFold={turnSpan}
              onSum={turnGroup}
              onWindow={setWindow}
            />
          )}
        </div>
        {selected >= 0 && (
          <SpanPanel
            key={selected}
            tree={tree}
            span={selected}
            hue={hues[view.service[selected]!]!}
            critical={onPath[selected]!}
            onSelect={select}
            onClose={close}
            onZoom={() => zoomTo(selected)}
          />
        )}
      </div>
    </>
  );
}

type RowsMinimapProps = Omit<Parameters<typeof Minimap>[0], 'rows'> & {
  readonly inView: { readonly value: { readonly first: number; readonly last: number } };
  readonly spans: Int32Array;
};

/** Follows the rows that are in view by itself, so that scrolling draws nothing else anew. */
function RowsMinimap({ inView, spans, ...props }: RowsMinimapProps): JSX.Element {
  const { first, last } = inView.value;
  const top = spans[Math.min(first, spans.length - 1)] ?? 0;
  const bottom = spans[Math.min(last, spans.length) - 1] ?? 0;
  const { count } = props.tree;
  return <Minimap {...props} rows={{ top: heightOf(top, count), bottom: heightOf(bottom + 1, count) }} />;
}
