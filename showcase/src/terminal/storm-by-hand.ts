import type { Shop } from '../processes/shop.ts';
import { type ServiceName, serviceNames } from '../shop/services.ts';
import type { Conditions } from '../storm/conditions.ts';
import type { Command } from './keys.ts';

const slowSteps = [50, 100, 200, 400, 800, 1_600, 3_200];
const brokenSteps = [0.1, 0.25, 0.5, 0.75, 1];
const slowFirst = 200;
const brokenFirst = 0.5;

/** Turns keys into a storm over one shop. */
export class StormByHand {
  chosen: ServiceName = 'payments';
  private readonly told: (what: string) => void;
  /** What `more` and `less` are about: the trouble that was caused last. */
  private adjusting: 'slow' | 'break' = 'slow';

  constructor(told: (what: string) => void) {
    this.told = told;
  }

  command(command: Command, shop: Shop): void {
    const name = this.chosen;
    const service = shop.services[name];
    switch (command.do) {
      case 'choose':
        this.chosen = command.service;
        break;
      case 'step': {
        const next = serviceNames.indexOf(name) + command.by;
        this.chosen = serviceNames[(next + serviceNames.length) % serviceNames.length]!;
        break;
      }
      case 'kill':
        if (service.state === 'down') {
          shop.heal(name);
          this.told(`${name} is started again`);
        } else {
          shop.kill(name);
          this.told(`${name} is killed`);
        }
        break;
      case 'pause':
        if (service.state === 'paused') service.resume();
        else service.pause();
        this.told(`${name} ${service.state === 'paused' ? 'is paused' : 'goes on'}`);
        break;
      case 'slow':
        this.adjusting = 'slow';
        this.slow(shop, service.conditions.slowMillis > 0 ? 0 : slowFirst);
        break;
      case 'break':
        this.adjusting = 'break';
        this.break(shop, service.conditions.brokenShare > 0 ? 0 : brokenFirst);
        break;
      case 'more':
      case 'less':
        this.adjust(shop, command.do === 'more' ? 1 : -1);
        break;
      case 'heal':
        shop.heal(name);
        this.told(`${name} is healed`);
        break;
      case 'heal-all':
        shop.healAll();
        this.told('all are healed');
        break;
      case 'switch':
      case 'quit':
        break;
    }
  }

  private adjust(shop: Shop, by: 1 | -1): void {
    const { slowMillis, brokenShare } = shop.services[this.chosen].conditions;
    if (this.adjusting === 'slow') this.slow(shop, step(slowSteps, slowMillis, by));
    else this.break(shop, step(brokenSteps, brokenShare, by));
  }

  private slow(shop: Shop, millis: number): void {
    this.change(shop, { slowMillis: millis });
    this.told(millis === 0 ? `${this.chosen} is quick again` : `${this.chosen} takes ${millis} ms longer`);
  }

  private break(shop: Shop, share: number): void {
    this.change(shop, { brokenShare: share });
    this.told(
      share === 0 ? `${this.chosen} is whole again` : `${this.chosen} fails ${share * 100} % of requests`,
    );
  }

  private change(shop: Shop, conditions: Partial<Conditions>): void {
    shop.setConditions(this.chosen, { ...shop.services[this.chosen].conditions, ...conditions });
  }
}

/** The step above or below `value`; 0 below the first, the last above all. */
function step(steps: readonly number[], value: number, by: 1 | -1): number {
  if (by === 1) return steps.find((candidate) => candidate > value) ?? steps.at(-1)!;
  return steps.findLast((candidate) => candidate < value) ?? 0;
}
