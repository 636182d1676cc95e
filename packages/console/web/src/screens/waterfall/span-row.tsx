// biome-ignore-all lint/a11y/useSemanticElements: a table's elements cannot be placed one by one as they scroll by.
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus, and says which row is active.
import type { JSX } from 'preact';
import { formatDuration } from '../../format/duration.ts';
import { formatCount, formatShare } from '../../format/number.ts';
import { Icon } from '../../parts/icon.tsx';
import type { SiblingGroup } from './sibling-groups.ts';
import { descendants, type SpanTree } from './span-tree.ts';

export type WaterfallMode = 'timeline' | 'table';

interface SpanRowProps {
  readonly tree: SpanTree;
  readonly span: number;
  readonly row: number;
  readonly top: number;
  readonly hue: string;
  /** Milliseconds on the critical path. */
  readonly critical: number;
  readonly folded: boolean;
  /** The repeated calls of which it is the first, and whether its row stands for all of them. */
  readonly group: SiblingGroup | undefined;
  readonly summed: boolean;
  readonly selected: boolean;
  readonly dimmed: boolean;
  readonly mode: WaterfallMode;
  /** Pixels a level is set in by. */
  readonly indent: number;
}

/** The id of a span's row in the document. */
export function rowId(span: number): string {
  return `span-${span}`;
}

/** One span: whose it is and what it did; its bar is painted beside it, or its figures stand there. */
export function SpanRow(props: SpanRowProps): JSX.Element {
  const { tree, span, row, group, summed, selected, mode } = props;
  const { view, depths, durations, starts, parents } = tree;
  const all = summed ? group : undefined;
  const folded = props.folded || summed;
  const below = all === undefined ? descendants(tree, span) : all.members.length - 1;
  const failed = all === undefined ? view.statuses[span] === 2 : all.errors > 0;
  const duration = all?.total ?? durations[span]!;
  const self = all?.total ?? view.selfTimes[span]!;
  const critical = all?.critical ?? props.critical;
  const service = view.services[view.service[span]!]!;
  const parent = parents[span]!;
  const inherits = parent >= 0 && view.service[parent] === view.service[span];
  return (
    <div
      role="row"
      id={rowId(span)}
      class={`span-row ${all === undefined ? '' : 'span-row-summed'} ${selected ? 'span-row-selected' : ''} ${props.dimmed ? 'span-row-dimmed' : ''}`}
      style={{ transform: `translateY(${props.top}px)` }}
      data-span={span}
      aria-rowindex={row + 1}
      aria-level={depths[span]! + 1}
      aria-expanded={below > 0 ? !folded : undefined}
      aria-selected={selected}
    >
      <div role="gridcell" class="span-name">
        <span
          class="span-indent"
          style={{ width: `${depths[span]! * props.indent}px`, '--indent': `${props.indent}px` }}
        />
        <span
          class={`span-fold ${folded ? '' : 'span-fold-open'}`}
          data-sum={summed ? span : undefined}
          data-fold={below > 0 && !summed ? span : undefined}
        >
          {below > 0 && <Icon name="right" size={10} />}
        </span>
        <span class="span-dot" style={{ background: `var(${props.hue})` }} />
        {failed && (
          <span class="span-failed" title="Failed">
            !
          </span>
        )}
        <span class={inherits ? 'spoken' : 'span-service'}>{service}</span>
        {all !== undefined && <b class="span-count figure">{formatCount(all.members.length)} ×</b>}
        <span class="span-operation cut">{view.operations[view.operation[span]!]}</span>
        {view.orphans[span] === 1 && (
          <span class="span-orphan" title="Its parent is not in the trace">
            orphan
          </span>
        )}
        {all !== undefined && (
          <span class="span-below cut">
            {formatDuration(all.total / all.members.length)} each, {formatDuration(all.slowest)} at most
          </span>
        )}
        {all === undefined && folded && below > 0 && <span class="span-below">+{formatCount(below)}</span>}
        {group !== undefined && !summed && (
          <button type="button" class="span-sum" data-sum={span} tabIndex={-1}>
            sum up {formatCount(group.members.length)}
          </button>
        )}
      </div>
      {mode === 'timeline' ? (
        <div role="gridcell" class="span-bar">
          <span class="spoken">
            {failed ? 'failed, ' : ''}
            {formatDuration(duration)} from {formatDuration(starts[span]!)}, self {formatDuration(self)}
            {critical > 0 ? `, ${formatDuration(critical)} on the critical path` : ''}
          </span>
        </div>
      ) : (
        <>
          <div role="gridcell" class="span-figure span-figure-start">
            {formatDuration(starts[span]!)}
          </div>
          <div role="gridcell" class="span-figure span-figure-strong">
            {formatDuration(duration)}
          </div>
          <div role="gridcell" class="span-figure">
            {formatDuration(self)}
          </div>
          <div role="gridcell" class="span-figure">
            {critical > 0 ? formatDuration(critical) : '–'}
          </div>
          <div role="gridcell" class="span-figure span-figure-share">
            {critical > 0 && view.duration > 0 ? formatShare(critical / view.duration) : '–'}
          </div>
        </>
      )}
    </div>
  );
}
