import type { Random } from '@holdfast/core';
import type { Fault } from '../plan/fault-plan.ts';
import { pick, shuffled } from './picking.ts';

/** How often the order changes during a storm. With d - 1 changes PCT finds bugs of depth d. */
const changes = 2;

/**
 * Probabilistic concurrency testing (Burckhardt et al., A Randomized Scheduler with Probabilistic Guarantees of Finding
 * Bugs, ASPLOS 2010) where time passes: hosts get priorities by chance, and the lower one's is, the later it acts. At a
 * few moments some host falls behind all others. A bug that needs few hosts to be slow at the right moments is then
 * found with a probability that does not depend on how many events there are.
 */
export function drawPriorities(hosts: readonly string[], storm: number, random: Random): readonly Fault[] {
  const step = pick([1, 3, 10, 30], random);
  const ranked = shuffled(hosts, random).map(
    (host, rank): Fault => ({ at: 0, kind: 'slow', host, lag: rank * step }),
  );
  const fallen = Array.from(
    { length: changes },
    (_, change): Fault => ({
      at: random.below(Math.max(1, Math.floor(storm / 1_000))),
      kind: 'slow',
      host: pick(hosts, random),
      lag: hosts.length * step * (change + 1),
    }),
  );
  return [...ranked.slice(1), ...fallen];
}
