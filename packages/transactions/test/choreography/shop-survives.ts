import { ManualWorld, seededRandom } from '@holdfast/core';
import { memoryBroker } from '../../src/index.ts';
import { troubledBroker } from '../../src/testkit/index.ts';
import { ShopAtWork } from './shop-at-work.ts';

/** Lets time pass until `work` is done. */
export async function drive<Value>(world: ManualWorld, work: Promise<Value>): Promise<Value> {
  let over = false;
  const end = (): void => {
    over = true;
  };
  work.then(end, end);
  for (let waited = 0; !over; waited++) {
    if (waited === 20_000) throw new Error('it hangs');
    await world.advance('100ms');
  }
  return work;
}

/** How it went with a shop. */
export interface SurvivedShop {
  readonly outcomes: Readonly<Record<string, number>>;
  readonly kills: number;
}

/**
 * Ten orders over a broker that duplicates, delays, reorders and loses, with services that are killed and started again.
 * How they ended, and how often a service was killed.
 *
 * @throws Error when an order is not on all sides or on none, or does not end.
 */
export async function shopSurvives(seed: number): Promise<SurvivedShop> {
  const world = new ManualWorld({ seed });
  const random = seededRandom(seed);
  const server = memoryBroker({ world });
  const trouble = { world, random, duplicated: 0.2, delayed: 0.3, lost: 0.2, delayMax: '20s' } as const;
  const within = seed % 3 === 0 ? '10s' : '5m';
  const work = new ShopAtWork({ world, within, broker: () => troubledBroker(server.client(), trouble) });
  await drive(world, work.open());
  let kills = 0;
  for (let n = 0; n < 10; n++) {
    const order = { units: 1 + random.below(4), price: 1 + random.below(30) };
    const placing = work.place(`o${n}`, order).catch(() => false);
    await world.advance(random.below(3_000));
    // The process of the orders may die while one is placed: then nobody knows whether it was.
    if (random.below(3) === 0) {
      const name = work.services[random.below(3)]!;
      work.kill(name);
      kills++;
      await world.advance(random.below(15_000));
      await drive(world, work.start(name));
    }
    await Promise.race([drive(world, placing), world.advance('1s')]);
  }
  await drive(world, work.quiet());
  await world.advance('10m');
  const { problems, outcomes } = await drive(world, work.verdict());
  await drive(world, work.close());
  await server.close();
  if (problems.length > 0) throw new Error(`seed ${seed}: ${problems.join('; ')}`);
  return { outcomes, kills };
}
