import type { Window } from '../../api/console-api.ts';

/** What the window that is shown may be compared with. */
export type Comparison = 'before' | 'hour' | 'day';

/** The window to compare with: as long as the one shown, and just before it, an hour or a day earlier. */
export function baseWindow({ from, to }: Window, comparison: Comparison): Window {
  const back = comparison === 'hour' ? 3_600_000 : comparison === 'day' ? 86_400_000 : to - from;
  return { from: from - back, to: to - back };
}
