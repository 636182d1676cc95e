import { type Random, seededRandom } from '@holdfast/core';
import type { Episode, Fault, Place, Trouble } from './fault.ts';

/**
 * The storm of a run of `durationMillis`: six episodes with calm between them, whose moments and strengths `seed`
 * decides. The last fifth is calm, so that every recovery can be seen.
 */
export function stormPlan(seed: number, durationMillis: number): readonly Episode[] {
  const random = seededRandom(seed).fork('storm');
  const at = (share: number): number => Math.round((share + 0.02 * random.float()) * durationMillis);
  const one = (name: string, service: Place, trouble: Trouble, from: number, until: number): Episode => ({
    name,
    faults: [{ service, trouble, from, until }],
  });

  return [
    one('payments slow', 'payments', { kind: 'slow', millis: between(random, 200, 400) }, at(0.05), at(0.18)),
    { name: 'inventory in bursts', faults: bursts(random, at(0.24), at(0.34)) },
    one('shipping killed', 'shipping', { kind: 'kill' }, at(0.4), at(0.48)),
    one('orders killed', 'orders', { kind: 'kill' }, at(0.54), at(0.57)),
    one('leader killed', 'store', { kind: 'kill' }, at(0.63), at(0.69)),
    one('payments paused', 'payments', { kind: 'pause' }, at(0.745), at(0.775)),
  ];
}

/** Three bursts of errors with as long a calm after each. */
function bursts(random: Random, from: number, until: number): Fault[] {
  const length = (until - from) / 5;
  return [0, 2, 4].map((index) => ({
    service: 'inventory',
    trouble: { kind: 'break', share: between(random, 60, 90) / 100 },
    from: Math.round(from + index * length),
    until: Math.round(from + (index + 1) * length),
  }));
}

function between(random: Random, least: number, most: number): number {
  return least + random.below(most - least + 1);
}
