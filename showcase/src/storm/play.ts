import type { Shop } from '../processes/shop.ts';
import type { Episode, Fault } from './fault.ts';

/** Lets the storm loose on the real processes: what is due from now on happens when it is due. */
export function playStorm(plan: readonly Episode[], shop: Shop, told: (what: string) => void): void {
  for (const fault of plan.flatMap(({ faults }) => faults)) {
    setTimeout(() => strike(fault, shop, told), fault.from);
    setTimeout(() => heal(fault, shop, told), fault.until);
  }
}

function strike({ service, trouble }: Fault, shop: Shop, told: (what: string) => void): void {
  switch (trouble.kind) {
    case 'kill':
      told(`${service} is killed`);
      shop.kill(service);
      break;
    case 'pause':
      told(`${service} is paused`);
      shop.pause(service);
      break;
    case 'slow':
      told(`${service} gets slow: ${trouble.millis} ms more for each piece of work`);
      shop.slow(service, trouble.millis);
      break;
    case 'break':
      told(`${service} answers ${Math.round(trouble.share * 100)} % of requests with errors`);
      shop.break(service, trouble.share);
      break;
  }
}

function heal({ service }: Fault, shop: Shop, told: (what: string) => void): void {
  told(`${service} is healed`);
  shop.heal(service);
}
