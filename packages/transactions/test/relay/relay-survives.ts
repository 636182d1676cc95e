import { seededRandom } from '@holdfast/core';
import { troubledBroker } from '../../src/testkit/index.ts';
import { MortalServices } from './mortal-services.ts';

/**
 * Outbox, relays and inbox through deaths at random, half of the seeds with a broker at its worst. How often the process has
 * died.
 *
 * @throws Error when something was lost, doubled, or out of order.
 */
export async function relaySurvives(seed: number): Promise<number> {
  const random = seededRandom(seed);
  const troubled = random.below(2) === 0;
  const services = new MortalServices({
    relays: 1 + random.below(2),
    messages: 1 + random.below(5),
    relay: { lease: '100ms', batch: 1 + random.below(4), delayMax: '200ms' },
    ...(troubled && {
      trouble: (broker, world) =>
        troubledBroker(broker, { world, random, delayed: 0, duplicated: 0.3, lost: 0.3 }),
    }),
  });
  let deaths = 0;
  for (let life = random.below(4); life >= 0; life--) {
    if (!(await services.live(1 + random.below(60)))) deaths++;
  }
  await services.live(Number.POSITIVE_INFINITY);
  const problems = await services.verdict();
  if (problems.length > 0) throw new Error(`seed ${seed}: ${problems.join('; ')}`);
  return deaths;
}
