import type { ProcessName } from '../processes/living-process.ts';
import type { Shop } from '../processes/shop.ts';
import { conditionsOf, describeTrouble, type Episode, type Place, type Trouble } from './fault.ts';

/** Between looks for a leader, while the store elects one. */
const lookEveryMillis = 50;

/**
 * Lets the storm loose on the real processes: what is due from now on happens when it is due. What strikes a store passes by a
 * shop that has none.
 */
export function playStorm(plan: readonly Episode[], shop: Shop, told: (what: string) => void): void {
  for (const { service, trouble, from, until } of plan.flatMap(({ faults }) => faults)) {
    const hit = after(from).then(() => find(service, shop, performance.now() + until - from));
    void hit.then((name) => name && strike(name, trouble, shop, told));
    void Promise.all([hit, after(until)]).then(([name]) => name && heal(name, shop, told));
  }
}

/** Who is hit; undefined when there is nobody, or no member leads until `giveUpAt`. */
async function find(place: Place, shop: Shop, giveUpAt: number): Promise<ProcessName | undefined> {
  if (place !== 'store') return place;
  while (shop.store !== undefined && performance.now() < giveUpAt) {
    const { leader } = shop.store;
    if (leader !== undefined) return leader.name;
    await after(lookEveryMillis);
  }
  return undefined;
}

function strike(name: ProcessName, trouble: Trouble, shop: Shop, told: (what: string) => void): void {
  told(describeTrouble(name, trouble));
  if (trouble.kind === 'kill') shop.kill(name);
  else if (trouble.kind === 'pause') shop.pause(name);
  else shop.setConditions(name, conditionsOf(trouble));
}

function heal(name: ProcessName, shop: Shop, told: (what: string) => void): void {
  told(`${name} is healed`);
  shop.heal(name);
}

function after(millis: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, millis));
}
