import { seededRandom } from '@holdfast/core';
import fc from 'fast-check';
import { troubledBroker } from '../../src/testkit/index.ts';
import { shopSurvives } from '../choreography/shop-survives.ts';
import { surviveEnd } from '../event-sourcing/every-crash.ts';
import { refusedAppends } from '../event-sourcing/refused-appends.ts';
import { MortalServices } from '../relay/mortal-services.ts';

/** Ways of finding a bug, each of which throws when there is one. */
export type Trial = 'deaths' | 'trouble' | 'shop' | 'crashes' | 'refusals';

export const trials: Readonly<Record<Trial, () => Promise<void>>> = {
  /** A process with an outbox, a relay and an inbox dies at each of its boundaries. */
  deaths: async () => {
    for (let boundary = 1, over = false; !over; boundary++) {
      const services = new MortalServices();
      over = await services.live(boundary);
      await services.live(Number.POSITIVE_INFINITY);
      await judge(services, `a death at ${boundary}`);
    }
  },
  /** Two relays whose claims run out, and a broker that duplicates and loses. */
  trouble: async () => {
    for (let seed = 0; seed < 30; seed++) {
      const random = seededRandom(seed);
      const services = new MortalServices({
        relays: 2,
        messages: 8,
        relay: { lease: '100ms', batch: 3, delayMax: '200ms' },
        trouble: (broker, world) =>
          troubledBroker(broker, { world, random, delayed: 0, duplicated: 0.3, lost: 0.5 }),
      });
      await services.live(1 + random.below(60));
      await services.live(Number.POSITIVE_INFINITY);
      await judge(services, `seed ${seed}`);
    }
  },
  /** A choreographed saga over a broker at its worst, whose services are killed. */
  shop: async () => {
    for (let seed = 0; seed < 12; seed++) await shopSurvives(seed);
  },
  /** The process of an event store ends at each change of its disk. */
  crashes: async () => {
    for (let change = 1; !(await surviveEnd(change, change)); change++);
  },
  /** A journal refuses some of the appends that overlap. */
  refusals: () => fc.assert(refusedAppends, { numRuns: 200, seed: 1, endOnFailure: true }),
};

async function judge(services: MortalServices, when: string): Promise<void> {
  const problems = await services.verdict();
  if (problems.length > 0) throw new Error(`${when}: ${problems.join('; ')}`);
}
