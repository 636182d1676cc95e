import type { JSX } from 'preact';
import type { GoldenSignals, Health } from '../api/console-api.ts';
import { formatAgo, formatMoment } from '../format/moment.ts';
import { toneOf } from './health-mark.tsx';
import { troubleSince } from './onset.ts';
import './since.css';

interface SinceProps {
  readonly health: Health;
  readonly signals: GoldenSignals;
}

/** Since when what is unwell is so, as far as its signals show: `since 14:05 (6m ago)`. */
export function Since({ health, signals }: SinceProps): JSX.Element | null {
  const since = toneOf(health) === undefined ? undefined : troubleSince(signals);
  if (since === undefined) return null;
  return (
    <time class="since" dateTime={new Date(since).toISOString()}>
      since {formatMoment(since)} ({formatAgo(since)})
    </time>
  );
}
