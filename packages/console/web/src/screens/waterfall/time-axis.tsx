import type { JSX } from 'preact';
import { tickWish } from './paint-timeline.ts';
import { tickLabel } from './tick-label.ts';
import { type TimeWindow, ticks } from './time-window.ts';

interface TimeAxisProps {
  readonly window: TimeWindow;
  readonly width: number;
}

/** Times over the timeline. */
export function TimeAxis({ window, width }: TimeAxisProps): JSX.Element {
  const times = ticks(window, tickWish(width));
  const step = times.length > 1 ? times[1]! - times[0]! : window.to - window.from;
  return (
    <div class="time-axis" style={{ width: `${width}px` }} aria-hidden="true">
      {times.map((time) => {
        const left = ((time - window.from) / (window.to - window.from)) * width;
        return (
          <span key={time} style={{ left: `${left}px` }} class={left > width - 60 ? 'time-axis-last' : ''}>
            {tickLabel(time, step)}
          </span>
        );
      })}
    </div>
  );
}
