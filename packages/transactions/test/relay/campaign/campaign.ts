import { seededRandom } from '@holdfast/core';
import { troubledBroker } from '../../../src/testkit/index.ts';
import { shopSurvives } from '../../choreography/shop-survives.ts';
import { MortalServices } from '../mortal-services.ts';

export interface CampaignReport {
  /** Processes with an outbox, relays and an inbox, which died as often as `deaths` says in all. */
  readonly relays: number;
  readonly deaths: number;
  /** Shops whose services were killed. */
  readonly shops: number;
  readonly problems: readonly string[];
}

/** Outbox, relays and inbox through deaths at random and a broker at its worst; every hundredth seed is a choreographed shop. */
export async function campaign(first: number, seeds: number): Promise<CampaignReport> {
  const problems: string[] = [];
  let [relays, deaths, shops] = [0, 0, 0];
  for (let seed = first; seed < first + seeds; seed++) {
    try {
      if (seed % 100 === 0) {
        await shopSurvives(seed);
        shops++;
        continue;
      }
      deaths += await runOnce(seed);
      relays++;
    } catch (error) {
      problems.push(`seed ${seed}: ${String(error)}`);
    }
  }
  return { relays, deaths, shops, problems };
}

/** How often the process has died. @throws Error when something was lost, doubled, or out of order. */
async function runOnce(seed: number): Promise<number> {
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
  if (problems.length > 0) throw new Error(problems.join('; '));
  return deaths;
}
