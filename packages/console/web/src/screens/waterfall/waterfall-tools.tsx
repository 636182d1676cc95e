import type { JSX } from 'preact';
import { formatDuration } from '../../format/duration.ts';
import { formatCount } from '../../format/number.ts';
import { Button } from '../../parts/button.tsx';
import { Select, TextField } from '../../parts/field.tsx';
import { Legend } from '../../parts/legend.tsx';
import { Segmented } from '../../parts/segmented.tsx';
import { setParameters } from '../../routing/location.ts';
import type { Fold } from './fold.ts';
import type { WaterfallMode } from './span-row.tsx';
import './waterfall-tools.css';

interface WaterfallToolsProps {
  /** What is looked for, and how many spans match; undefined where nothing is looked for. */
  readonly wanted: string;
  readonly found: number | undefined;
  readonly onJump: (by: 1 | -1) => void;
  readonly only: string | undefined;
  readonly fold: Fold;
  /** How deep the trace is. */
  readonly depth: number;
  readonly mode: WaterfallMode;
  /** How long the part is that is looked at, in milliseconds; undefined for all of it. */
  readonly zoomedTo: number | undefined;
  readonly onShowAll: () => void;
}

/** What is looked for in a trace, which spans are shown, and how. */
export function WaterfallTools(props: WaterfallToolsProps): JSX.Element {
  const { wanted, found, onJump, only, fold, depth, mode, zoomedTo, onShowAll } = props;
  return (
    <div class="waterfall-tools" role="toolbar" aria-label="Waterfall">
      <TextField
        label="Find spans"
        icon="search"
        hint="f"
        placeholder="Find: text, error, >5ms, kind:client"
        value={wanted}
        onChange={(text) => setParameters({ find: text || undefined }, { replace: true })}
      />
      {found !== undefined && (
        <span class="waterfall-found" role="status">
          <span class="figure">{formatCount(found)}</span> found
          <Button look="plain" icon="back" label="Found before (N)" onClick={() => onJump(-1)} />
          <Button look="plain" icon="right" label="Next that was found (n)" onClick={() => onJump(1)} />
        </span>
      )}
      <Select
        label="Which spans"
        value={only ?? ''}
        options={[
          { value: '', text: 'All spans' },
          { value: 'critical', text: 'Critical path' },
          { value: 'error', text: 'Errors' },
          { value: 'found', text: 'Found' },
        ]}
        onChange={(value) => setParameters({ only: value || undefined })}
      />
      <span class="waterfall-fold">
        <Select
          label="Folded from depth"
          value={fold.depth === undefined ? '' : String(fold.depth)}
          options={[
            { value: '', text: 'Unfolded' },
            ...Array.from({ length: Math.min(depth - 1, 12) }, (_, level) => ({
              value: String(level),
              text: level === 0 ? 'Roots only' : `To depth ${level + 1}`,
            })),
          ]}
          onChange={(value) => setParameters({ fold: value || undefined })}
        />
      </span>
      <span class="waterfall-space" />
      {mode === 'timeline' && <BarLegend />}
      {zoomedTo !== undefined && mode === 'timeline' && (
        <Button icon="fit" onClick={onShowAll} title="The whole trace (w)">
          {formatDuration(zoomedTo)}
        </Button>
      )}
      <Segmented<WaterfallMode>
        label="View"
        value={mode}
        options={[
          { value: 'timeline', text: 'Timeline' },
          { value: 'table', text: 'Table' },
        ]}
        onChange={(value) => setParameters({ view: value === 'table' ? 'table' : undefined })}
      />
    </div>
  );
}

/** What the looks of a bar mean. */
function BarLegend(): JSX.Element {
  return (
    <Legend
      class="waterfall-legend"
      marks={[
        [<i class="legend-self" />, 'own work'],
        [<i class="legend-waits" />, 'waiting'],
        [<i class="legend-path" />, 'critical path'],
      ]}
    />
  );
}
