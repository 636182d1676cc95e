import { type Random, seededRandom } from '@holdfast/core';
import type { ServiceName } from '../shop/services.ts';
import type { Episode, Fault, Trouble } from './fault.ts';

/**
 * The storm of a run of `durationMillis`: five episodes with calm between them, whose moments and strengths `seed`
 * decides. The last fifth is calm, so that every recovery can be seen.
 */
export function stormPlan(seed: number, durationMillis: number): readonly Episode[] {
  const random = seededRandom(seed).fork('storm');
  const at = (share: number): number => Math.round((share + 0.02 * random.float()) * durationMillis);
  const one = (
    name: string,
    service: ServiceName,
    trouble: Trouble,
    from: number,
    until: number,
  ): Episode => ({
    name,
    faults: [{ service, trouble, from, until }],
  });

  return [
    one('payments slow', 'payments', { kind: 'slow', millis: between(random, 200, 400) }, at(0.06), at(0.22)),
    { name: 'inventory in bursts', faults: bursts(random, at(0.3), at(0.41)) },
    one('shipping killed', 'shipping', { kind: 'kill' }, at(0.48), at(0.57)),
    one('orders killed', 'orders', { kind: 'kill' }, at(0.63), at(0.66)),
    one('payments paused', 'payments', { kind: 'pause' }, at(0.73), at(0.77)),
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
