import { computed, type ReadonlySignal } from '@preact/signals';
import type { Window } from '../api/console-api.ts';
import { formatDuration } from '../format/duration.ts';
import { formatMoment } from '../format/moment.ts';
import { parameter, setParameters } from '../routing/location.ts';

/** The window that is shown, as the URL has it: relative to now (`-15m`), or from a moment to another. */
export interface TimeRange {
  readonly from: string;
  /** Undefined for now. */
  readonly to: string | undefined;
}

/** What is shown without a choice, and what the console's live events are about. */
export const defaultFrom = '-15m';

/** Windows that are offered, all ending now. */
export const offeredRanges: readonly string[] = ['-5m', '-15m', '-1h', '-6h', '-24h', '-7d'];

const relative = /^-(\d+)(s|m|h|d)$/;
const unitMillis: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

export const range: ReadonlySignal<TimeRange> = computed(() => {
  const from = parameter('from');
  const to = parameter('to');
  if (from === undefined) return { from: defaultFrom, to: undefined };
  if (relative.test(from)) return { from, to: undefined };
  const [start, end] = [Number(from), to === undefined ? undefined : Number(to)];
  const sound = Number.isFinite(start) && (end === undefined || (Number.isFinite(end) && end > start));
  return sound ? { from, to } : { from: defaultFrom, to: undefined };
});

/** Whether the window moves on with time, and what is shown renews itself. */
export const live: ReadonlySignal<boolean> = computed(() => range.value.to === undefined);

/** The window in milliseconds since the Unix epoch. */
export function windowOf({ from, to }: TimeRange, now: number = Date.now()): Window {
  const found = relative.exec(from);
  const end = to === undefined ? now : Number(to);
  return { from: found === null ? Number(from) : now - Number(found[1]) * unitMillis[found[2]!]!, to: end };
}

/** Shows the window between two moments. */
export function showWindow(window: Window): void {
  setParameters({ from: String(Math.floor(window.from)), to: String(Math.ceil(window.to)) });
}

/** Shows the last so much, and renews it: `-1h`. */
export function showLast(from: string): void {
  setParameters({ from: from === defaultFrom ? undefined : from, to: undefined });
}

/** What was shown live before the picture was held still. */
let lastLive = defaultFrom;

/** Holds the picture still: its window ends now, and its address shows others the same. */
export function pause(): void {
  lastLive = range.peek().from;
  showWindow(windowOf(range.peek()));
}

/** Shows what there is now, as long as before the picture was held still. */
export function goLive(): void {
  showLast(lastLive);
}

/** `Last 15 minutes`, or `14:05 to 14:12 (7m)`. */
export function labelOf(shown: TimeRange): string {
  const found = relative.exec(shown.from);
  if (found !== null) {
    const words: Readonly<Record<string, string>> = { s: 'second', m: 'minute', h: 'hour', d: 'day' };
    const count = Number(found[1]);
    return `Last ${count === 1 ? '' : `${count} `}${words[found[2]!]}${count === 1 ? '' : 's'}`;
  }
  const { from, to } = windowOf(shown);
  const end = shown.to === undefined ? 'now' : formatMoment(to);
  return `${formatMoment(from)} – ${end} · ${formatDuration(to - from)}`;
}
