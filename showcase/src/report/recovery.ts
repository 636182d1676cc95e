import { type Episode, episodeEnd, nextBegin } from '../storm/fault.ts';
import { slotMillis, type Timeline } from './timeline.ts';

/** How the shop came out of one episode of the storm. */
export interface Recovery {
  readonly episode: string;
  /** The share of orders pressed during the episode that were accepted. */
  readonly acceptedDuring: number;
  /** Whether it recovered before the next episode began, or the run ended. */
  readonly recovered: boolean;
  /** The longest time without an accepted order that began during the episode, in milliseconds. */
  readonly longestPause: number;
  /** Milliseconds from the end of the episode until it had recovered; or, if it did not, until it had no more time. */
  readonly millis: number;
}

/** Recovered means that of all that was ordered within a second this share was accepted. */
const enough = 0.95;
const windowMillis = 1_000;

export function recoveries(
  plan: readonly Episode[],
  timeline: Timeline,
  runMillis: number,
): readonly Recovery[] {
  return plan.map((episode, index) => {
    const begin = Math.min(...episode.faults.map(({ from }) => from));
    const end = episodeEnd(episode);
    const next = nextBegin(plan, index, runMillis);
    const found = firstGoodWindow(timeline, end, next);
    return {
      episode: episode.name,
      acceptedDuring: timeline.acceptedShare(begin, end) ?? 0,
      longestPause: timeline.longestPause(begin, end),
      recovered: found !== undefined,
      millis: (found ?? next) - end,
    };
  });
}

function firstGoodWindow(timeline: Timeline, from: number, until: number): number | undefined {
  for (let start = from; start + windowMillis <= until; start += slotMillis) {
    const share = timeline.acceptedShare(start, start + windowMillis);
    if (share !== undefined && share >= enough) return start;
  }
  return undefined;
}
