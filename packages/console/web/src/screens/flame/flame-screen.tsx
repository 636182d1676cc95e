import type { JSX } from 'preact';
import { useCallback, useMemo } from 'preact/hooks';
import type { FlameChange, FlameView } from '../../api/console-api.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { serviceHues } from '../../design/service-hues.ts';
import { criticalFlame } from '../../flame/critical-flame.ts';
import { changeText, FlameGraph } from '../../flame/flame-graph.tsx';
import { flameMatches, matchedWeight } from '../../flame/flame-search.ts';
import { FlameShare } from '../../flame/flame-share.tsx';
import { nodeKeys, wholeWeight } from '../../flame/flame-tree.ts';
import { type HeaviestRow, heaviest } from '../../flame/heaviest.ts';
import { formatDuration } from '../../format/duration.ts';
import { formatShare } from '../../format/number.ts';
import { Select, TextField } from '../../parts/field.tsx';
import { Headline } from '../../parts/headline.tsx';
import { Legend } from '../../parts/legend.tsx';
import { Panel } from '../../parts/panel.tsx';
import { ServiceFilter } from '../../parts/service-filter.tsx';
import { Answered, Empty } from '../../parts/states.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { parameter, setParameters } from '../../routing/location.ts';
import { range, windowOf } from '../../time/range.ts';
import { baseWindow, type Comparison } from './base-window.ts';
import { flameSentence } from './flame-sentence.ts';
import './flame-screen.css';

/** The critical paths of many traces as one flame graph, and what differs from another window. */
export function FlameScreen(): JSX.Element {
  const service = parameter('service');
  const operation = parameter('operation');
  const base = useBase();
  const answer = useAnswer<FlameView>('/flame', {
    parameters: { service, operation, ...base },
    every: 10_000,
  });
  return (
    <div class="screen">
      {answer.data === undefined && <Filters />}
      <Answered answer={answer} height={400}>
        {(view) => <Flame view={view} />}
      </Answered>
    </div>
  );
}

/** The window to compare with, as the request names it. */
function useBase(): { readonly baseFrom?: string; readonly baseTo?: string } {
  const comparison = parameter('compare') as Comparison | undefined;
  const [from, to] = [parameter('baseFrom'), parameter('baseTo')];
  const { from: shownFrom, to: shownTo } = range.value;
  return useMemo(() => {
    if (from !== undefined && to !== undefined) return { baseFrom: from, baseTo: to };
    if (comparison === undefined) return {};
    const window = baseWindow(windowOf({ from: shownFrom, to: shownTo }), comparison);
    return { baseFrom: String(Math.floor(window.from)), baseTo: String(Math.ceil(window.to)) };
  }, [comparison, from, to, shownFrom, shownTo]);
}

function Filters(): JSX.Element {
  const fixed = parameter('baseFrom') !== undefined && parameter('baseTo') !== undefined;
  return (
    <div class="filters">
      <ServiceFilter clears={['zoom']} />
      <Select
        label="Compared with"
        value={fixed ? 'fixed' : (parameter('compare') ?? '')}
        options={[
          { value: '', text: 'Not compared' },
          { value: 'before', text: 'The time before' },
          { value: 'hour', text: 'An hour ago' },
          { value: 'day', text: 'A day ago' },
          ...(fixed ? [{ value: 'fixed', text: 'A fixed window' }] : []),
        ]}
        onChange={(value) =>
          setParameters({ compare: value || undefined, baseFrom: undefined, baseTo: undefined })
        }
      />
      <TextField
        label="Find operations"
        icon="search"
        value={parameter('find') ?? ''}
        onChange={(value) => setParameters({ find: value || undefined }, { replace: true })}
      />
    </div>
  );
}

function Flame({ view }: { readonly view: FlameView }): JSX.Element {
  const tree = useMemo(() => criticalFlame(view), [view]);
  const keys = useMemo(() => nodeKeys(tree), [tree]);
  const hues = useMemo(() => serviceHues(tree.groups), [tree]);
  const hueOf = useCallback((group: string) => `--hue-${hues.get(group) ?? 0}`, [hues]);
  const find = parameter('find') ?? '';
  const matches = useMemo(() => flameMatches(tree, find), [tree, find]);
  const zoom = parameter('zoom');
  const zoomed = zoom === undefined ? -1 : keys.indexOf(zoom);
  const rows = useMemo(() => heaviest(tree), [tree]);
  const whole = wholeWeight(tree);
  if (tree.count === 0) {
    return (
      <>
        <Filters />
        <Empty icon="flame" title="No trace matches in this window.">
          A longer window, or another service, may have some.
        </Empty>
      </>
    );
  }
  return (
    <>
      <Headline sentence={flameSentence(view)}>
        {matches !== undefined && (
          <span role="status">
            Found: {formatDuration(matchedWeight(tree, matches))} per trace,{' '}
            {formatShare(matchedWeight(tree, matches) / whole)}.
          </span>
        )}
      </Headline>
      <Filters />
      <Panel
        title="Critical path"
        note="mean time per trace, callers on top"
        aside={view.baseTraces !== undefined && <ChangeLegend />}
      >
        <FlameGraph
          tree={tree}
          label="Critical paths of all traces"
          format={formatDuration}
          hueOf={hueOf}
          matches={matches}
          zoomed={zoomed}
          onZoom={(node) => setParameters({ zoom: node < 0 ? undefined : keys[node]! })}
          detailOf={(node) => <p class="quiet">in {formatShare(view.nodes[node]!.presence)} of the traces</p>}
        />
      </Panel>
      {view.baseTraces === undefined ? (
        <Panel title="Top operations" note="by own time on the critical path, mean per trace" flush>
          <Table<HeaviestRow>
            label="Operations on the critical path"
            columns={heaviestColumns(whole, hueOf)}
            rows={rows}
            keyOf={({ group, label }) => `${group} ${label}`}
            linkOf={({ node }) => ({ to: '/flame', parameters: { ...kept(), zoom: keys[node]! } })}
            sortParameter="sort"
            sort="-self"
            walk
          />
        </Panel>
      ) : (
        <Panel title="What changed" note="own time per trace" flush>
          <Table<FlameChange>
            label="Operations whose time changed"
            columns={changeColumns(view.changes, whole)}
            rows={view.changes}
            keyOf={({ service, operation }) => `${service} ${operation}`}
            linkOf={({ operation }) => ({ to: '/flame', parameters: { ...kept(), find: operation } })}
            sortParameter="sort"
            walk
            empty={<Empty icon="check" title="Nothing changed." />}
          />
        </Panel>
      )}
    </>
  );
}

/** What the colours of a comparison mean. */
function ChangeLegend(): JSX.Element {
  return (
    <Legend
      class="from-medium"
      marks={[
        [<i class="flame-bar-slower" />, 'slower'],
        [<i class="flame-bar-same" />, 'as before'],
        [<i class="flame-bar-faster" />, 'faster'],
      ]}
    />
  );
}

/** What is chosen, for links that change one thing of it. */
function kept(): Record<string, string | undefined> {
  return Object.fromEntries(
    ['service', 'operation', 'compare', 'baseFrom', 'baseTo', 'find', 'sort'].map((name) => [
      name,
      parameter(name),
    ]),
  );
}

function heaviestColumns(whole: number, hueOf: (group: string) => string): readonly Column<HeaviestRow>[] {
  return [
    { key: 'label', title: 'Operation', cell: ({ label }) => label, sortBy: ({ label }) => label },
    {
      key: 'self',
      title: 'Self',
      align: 'end',
      width: '88px',
      cell: ({ self }) => formatDuration(self),
      sortBy: ({ self }) => self,
    },
    {
      key: 'share',
      title: 'Share',
      width: '36%',
      from: 'medium',
      cell: ({ self, group }) => <FlameShare share={self / whole} token={hueOf(group)} />,
    },
    {
      key: 'total',
      title: 'Total',
      align: 'end',
      width: '88px',
      hint: 'With what it called',
      cell: ({ total }) => formatDuration(total),
      sortBy: ({ total }) => total,
    },
  ];
}

/** What got slower to the right, what got faster to the left. */
function changeColumns(changes: readonly FlameChange[], whole: number): readonly Column<FlameChange>[] {
  const most = changes.reduce(
    (largest, { self, baseSelf }) => Math.max(largest, Math.abs(self - baseSelf)),
    1e-9,
  );
  return [
    {
      key: 'operation',
      title: 'Operation',
      cell: ({ service, operation }) => `${service} · ${operation}`,
      sortBy: ({ service, operation }) => `${service} ${operation}`,
    },
    {
      key: 'before',
      title: 'Before',
      align: 'end',
      width: '84px',
      from: 'medium',
      cell: ({ baseSelf }) => formatDuration(baseSelf),
      sortBy: ({ baseSelf }) => baseSelf,
    },
    {
      key: 'now',
      title: 'Now',
      align: 'end',
      width: '84px',
      cell: ({ self }) => formatDuration(self),
      sortBy: ({ self }) => self,
    },
    {
      key: 'change',
      title: 'Change',
      width: '38%',
      cell: ({ self, baseSelf }) => (
        <span class="flame-share">
          <span class="flame-share-bar flame-share-both" aria-hidden="true">
            <span
              class={self > baseSelf ? 'flame-bar-slower' : 'flame-bar-faster'}
              style={{ width: `${(Math.abs(self - baseSelf) / most) * 50}%` }}
            />
          </span>
          <span class={`figure ${self - baseSelf > whole * 0.01 ? 'alarm' : ''}`}>
            {changeText(self - baseSelf, formatDuration)}
          </span>
        </span>
      ),
      sortBy: ({ self, baseSelf }) => self - baseSelf,
    },
  ];
}
