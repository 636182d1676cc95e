import type { SpanSource, TimeWindow } from '../model/span-source.ts';
import type { Culprit } from './culprit.ts';

export interface CulpritQuery {
  readonly current: TimeWindow;
  /** When all was well: as long as `current` or longer, and before it. */
  readonly baseline: TimeWindow;
  /** So many traces of each window are read, the newest. Default 2,000. */
  readonly tracesMax?: number;
  readonly signal?: AbortSignal;
}

/**
 * Who is to blame for what is worse in the current window than in the baseline, the most likely first: the slow, failing or
 * missing service itself, and not those that wait for it or fail with it. Empty when nothing stands out.
 */
export type FindCulprits = (source: SpanSource, query: CulpritQuery) => Promise<readonly Culprit[]>;
