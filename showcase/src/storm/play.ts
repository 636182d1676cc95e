import type { Shop } from '../processes/shop.ts';
import { conditionsOf, describeTrouble, type Episode, type Fault } from './fault.ts';

/** Lets the storm loose on the real processes: what is due from now on happens when it is due. */
export function playStorm(plan: readonly Episode[], shop: Shop, told: (what: string) => void): void {
  for (const fault of plan.flatMap(({ faults }) => faults)) {
    setTimeout(() => strike(fault, shop, told), fault.from);
    setTimeout(() => heal(fault, shop, told), fault.until);
  }
}

function strike({ service, trouble }: Fault, shop: Shop, told: (what: string) => void): void {
  told(describeTrouble(service, trouble));
  if (trouble.kind === 'kill') shop.kill(service);
  else if (trouble.kind === 'pause') shop.pause(service);
  else shop.setConditions(service, conditionsOf(trouble));
}

function heal({ service }: Fault, shop: Shop, told: (what: string) => void): void {
  told(`${service} is healed`);
  shop.heal(service);
}
