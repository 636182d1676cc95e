import type { LoadRound, Workload } from '../../../harness/area.ts';

/** Writes all series once, and returns how many bytes that were. */
export type Scrape = () => Promise<number>;

/** Scrapes in a round, whose median counts: the first ones run code that is not optimised yet. */
const scrapesPerRound = 3;

/** How long a scrape takes in all, in milliseconds, with nothing else to do. */
export function wholeScrape(scrape: Scrape): Workload {
  return round(async () => {
    const begin = performance.now();
    await scrape();
    return performance.now() - begin;
  });
}

/** The longest time, in milliseconds, for which a scrape kept others from their turn of the event loop. */
export function longestBlock(scrape: Scrape): Workload {
  return round(async () => {
    let longest = 0;
    let last = performance.now();
    let waiting: NodeJS.Immediate;
    const turn = () => {
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
      waiting = setImmediate(turn);
    };
    waiting = setImmediate(turn);
    await scrape();
    turn();
    clearImmediate(waiting);
    return longest;
  });
}

function round(measure: () => Promise<number>): Workload {
  return {
    async run(): Promise<LoadRound> {
      const found: number[] = [];
      for (let scrape = 0; scrape < scrapesPerRound; scrape++) found.push(await measure());
      return { value: found.sort((a, b) => a - b)[(scrapesPerRound - 1) / 2]!, beside: {} };
    },
  };
}
