import type { JSX } from 'preact';
import { useCallback, useMemo } from 'preact/hooks';
import type { FlameChange, FlameView, Overview, ServiceDetail } from '../../api/console-api.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { serviceHues } from '../../design/service-hues.ts';
import { criticalFlame } from '../../flame/critical-flame.ts';
import { changeText, FlameGraph } from '../../flame/flame-graph.tsx';
import { flameMatches, matchedWeight } from '../../flame/flame-search.ts';
import { nodeKeys } from '../../flame/flame-tree.ts';
import { type HeaviestRow, heaviest } from '../../flame/heaviest.ts';
import { formatDuration } from '../../format/duration.ts';
import { formatShare } from '../../format/number.ts';
import { Select, TextField } from '../../parts/field.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Segmented } from '../../parts/segmented.tsx';
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
    <div class="screen screen-full flame-screen">
      <Filters />
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
  const service = parameter('service');
  const overview = useAnswer<Overview>('/overview', { every: 0 });
  const detail = useAnswer<ServiceDetail>(
    service === undefined ? undefined : `/services/${encodeURIComponent(service)}`,
    {
      every: 0,
    },
  );
  const services = (overview.data?.services ?? []).map(({ name }) => name).sort();
  if (service !== undefined && !services.includes(service)) services.push(service);
  const fixed = parameter('baseFrom') !== undefined && parameter('baseTo') !== undefined;
  return (
    <div class="filters">
      <Select
        label="Service"
        value={service ?? ''}
        options={[
          { value: '', text: 'All services' },
          ...services.map((each) => ({ value: each, text: each })),
        ]}
        onChange={(value) =>
          setParameters({ service: value || undefined, operation: undefined, zoom: undefined })
        }
      />
      {service !== undefined && (
        <TextField
          label="Operation"
          placeholder="All operations"
          value={parameter('operation') ?? ''}
          suggestions={(detail.data?.operations ?? []).map((row) => row.operation)}
          onChange={(value) => setParameters({ operation: value || undefined, zoom: undefined })}
        />
      )}
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
        class="flame-find"
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
  const whole = rows.reduce((sum, { self }) => sum + self, 0);
  const compared = view.baseTraces !== undefined;
  const asTable = parameter('view') === 'table';
  if (tree.count === 0) {
    return (
      <Empty icon="flame" title="No trace is like that in this window.">
        A longer window, or another service, may have some.
      </Empty>
    );
  }
  return (
    <>
      <p class="flame-sentence">
        {flameSentence(view)}
        {matches !== undefined && (
          <span class="quiet" role="status">
            {' '}
            Found: {formatDuration(matchedWeight(tree, matches))} a trace,{' '}
            {formatShare(matchedWeight(tree, matches) / whole)}.
          </span>
        )}
      </p>
      <div class="flame-split">
        <Panel
          title="Critical path"
          note="mean time a trace, callers on top"
          class="flame-main"
          aside={
            <Segmented<string>
              label="View"
              value={asTable ? 'table' : 'flame'}
              options={[
                { value: 'flame', text: 'Flame' },
                { value: 'table', text: 'Table' },
              ]}
              onChange={(value) => setParameters({ view: value === 'table' ? 'table' : undefined })}
            />
          }
          flush={asTable}
        >
          {asTable ? (
            <div class="flame-table">
              <Table<HeaviestRow>
                label="Operations on the critical path"
                columns={heaviestColumns(whole)}
                rows={rows}
                keyOf={({ group, label }) => `${group} ${label}`}
                linkOf={({ node }) => ({
                  to: '/flame',
                  parameters: { ...kept(), view: undefined, zoom: keys[node]! },
                })}
                sortParameter="sort"
                sort="-self"
                walk
              />
            </div>
          ) : (
            <FlameGraph
              tree={tree}
              label="Critical paths of all traces"
              format={formatDuration}
              hueOf={hueOf}
              matches={matches}
              zoomed={zoomed}
              onZoom={(node) => setParameters({ zoom: node < 0 ? undefined : keys[node]! })}
              detailOf={(node) => (
                <p class="quiet">in {formatShare(view.nodes[node]!.presence)} of the traces</p>
              )}
            />
          )}
        </Panel>
        {compared ? (
          <Panel title="What changed" note="own time a trace" flush class="flame-side">
            <Changes changes={view.changes} />
          </Panel>
        ) : (
          <Panel title="Heaviest" note="own time a trace" flush class="flame-side">
            <ul class="flame-changes">
              {rows.slice(0, 30).map(({ label, group, self, node }) => (
                <li key={`${group} ${label}`}>
                  <button
                    type="button"
                    class="flame-change"
                    onClick={() => setParameters({ zoom: keys[node]! })}
                  >
                    <span class="flame-change-name cut">{label}</span>
                    <span class="figure">{formatDuration(self)}</span>
                    <span class="flame-change-bar">
                      <span
                        style={{
                          width: `${(self / Math.max(rows[0]!.self, 1e-9)) * 100}%`,
                          background: `var(${hueOf(group)})`,
                        }}
                      />
                    </span>
                  </button>
                </li>
              ))}
            </ul>
          </Panel>
        )}
      </div>
    </>
  );
}

/** What got slower to the right, what got faster to the left. */
function Changes({ changes }: { readonly changes: readonly FlameChange[] }): JSX.Element {
  const most = changes.reduce(
    (largest, { self, baseSelf }) => Math.max(largest, Math.abs(self - baseSelf)),
    1e-9,
  );
  if (changes.length === 0) return <Empty title="Nothing changed." />;
  return (
    <ul class="flame-changes">
      {changes.slice(0, 40).map(({ service, operation, self, baseSelf }) => {
        const change = self - baseSelf;
        return (
          <li key={`${service} ${operation}`}>
            <button
              type="button"
              class="flame-change"
              title={`${formatDuration(baseSelf)} before, ${formatDuration(self)} now`}
              onClick={() => setParameters({ find: operation }, { replace: true })}
            >
              <span class="flame-change-name cut">
                <span class="quiet">{service}</span> {operation}
              </span>
              <span class={`figure ${change > 0 ? 'flame-slower' : 'flame-faster'}`}>
                {changeText(change, formatDuration)}
              </span>
              <span class="flame-change-bar flame-change-both">
                <span
                  class={change > 0 ? 'flame-bar-slower' : 'flame-bar-faster'}
                  style={{ width: `${(Math.abs(change) / most) * 50}%` }}
                />
              </span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}

function kept(): Record<string, string | undefined> {
  return Object.fromEntries(
    ['service', 'operation', 'compare', 'baseFrom', 'baseTo', 'find'].map((name) => [name, parameter(name)]),
  );
}

function heaviestColumns(whole: number): readonly Column<HeaviestRow>[] {
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
      align: 'end',
      width: '72px',
      cell: ({ self }) => formatShare(self / whole),
      sortBy: ({ self }) => self,
    },
    {
      key: 'total',
      title: 'Total',
      align: 'end',
      width: '88px',
      cell: ({ total }) => formatDuration(total),
      sortBy: ({ total }) => total,
    },
  ];
}
