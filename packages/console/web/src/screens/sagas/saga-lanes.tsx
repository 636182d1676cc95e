import type { JSX } from 'preact';
import type { AdminSagaDetail } from '../../api/console-api.ts';
import { formatDuration } from '../../format/duration.ts';
import { Legend } from '../../parts/legend.tsx';
import { type SagaBar, type SagaLane, sagaTimeline } from './saga-timeline.ts';

interface SagaLanesProps {
  readonly saga: AdminSagaDetail;
  readonly now: number;
}

/** The steps of a saga over time, compensation included. The list of its moments says the same in words. */
export function SagaLanes({ saga, now }: SagaLanesProps): JSX.Element {
  const { from, to, lanes } = sagaTimeline(saga, now);
  const place = (at: number): string => `${((at - from) / (to - from)) * 100}%`;
  return (
    <figure class="saga-lanes" aria-label="Steps over time">
      <div class="saga-scale" aria-hidden="true">
        {[0, 0.25, 0.5, 0.75, 1].map((share) => (
          <span key={share} style={{ left: `${share * 100}%` }}>
            {share === 0 ? '0' : formatDuration((to - from) * share)}
          </span>
        ))}
      </div>
      <ol>
        {lanes.map((lane) => (
          <li key={lane.step ?? ''} class="saga-lane">
            <span class={`saga-lane-name cut ${lane.step === undefined ? 'quiet' : ''}`}>
              {lane.step ?? 'saga'}
            </span>
            <span class="saga-lane-track">
              <span class="spoken">{laneText(lane, from)}</span>
              {lane.bars.map((bar) => (
                <span
                  key={`${bar.kind} ${bar.from}`}
                  class={`saga-bar saga-bar-${bar.kind} saga-bar-${bar.outcome} ${bar.to === undefined ? 'saga-bar-on' : ''}`}
                  style={{ left: place(bar.from), right: `calc(100% - ${place(bar.to ?? to)})` }}
                  title={barText(bar)}
                />
              ))}
              {lane.marks.map((mark) => (
                <span
                  key={`${mark.at} ${mark.what}`}
                  class={`saga-mark ${mark.what === 'stuck' || mark.what.includes('failed') ? 'saga-mark-bad' : ''}`}
                  style={{ left: place(mark.at) }}
                  title={`${mark.what}, after ${formatDuration(mark.at - from)}`}
                />
              ))}
            </span>
          </li>
        ))}
      </ol>
      <figcaption class="saga-legend">
        <Legend
          marks={[
            [<i class="saga-bar saga-bar-forward saga-bar-done" />, 'done'],
            [<i class="saga-bar saga-bar-forward saga-bar-open" />, 'running'],
            [<i class="saga-bar saga-bar-forward saga-bar-failed" />, 'failed or stuck'],
            [<i class="saga-bar saga-bar-undo saga-bar-done" />, 'compensated'],
          ]}
        />
      </figcaption>
    </figure>
  );
}

function barText({ kind, from, to, outcome }: SagaBar): string {
  const what = kind === 'undo' ? 'compensation' : 'step';
  return `${what} ${outcome}${to === undefined ? '' : `, took ${formatDuration(to - from)}`}`;
}

function laneText({ bars, marks }: SagaLane, start: number): string {
  const parts = [
    ...bars.map((bar) => `${barText(bar)}, from ${formatDuration(bar.from - start)}`),
    ...marks.map(({ at, what }) => `${what} at ${formatDuration(at - start)}`),
  ];
  return parts.length === 0 ? 'nothing yet' : parts.join('; ');
}
