import type { ProcessName } from '../processes/living-process.ts';
import { ServiceProcess } from '../processes/service-process.ts';
import type { Shop } from '../processes/shop.ts';
import type { Conditions } from '../storm/conditions.ts';
import { type Command, processNames } from './keys.ts';

const slowSteps = [50, 100, 200, 400, 800, 1_600, 3_200];
const brokenSteps = [0.1, 0.25, 0.5, 0.75, 1];
const slowFirst = 200;
const brokenFirst = 0.5;

/** Turns keys into a storm over one shop. */
export class StormByHand {
  chosen: ProcessName = 'payments';
  private readonly told: (what: string) => void;
  /** What `more` and `less` are about: the trouble that was caused last. */
  private adjusting: 'slow' | 'break' = 'slow';

  constructor(told: (what: string) => void) {
    this.told = told;
  }

  command(command: Command, shop: Shop): void {
    const name = this.chosen;
    const process = shop.process(name);
    switch (command.do) {
      case 'choose':
        if (shop.process(command.process) !== undefined) this.chosen = command.process;
        break;
      case 'step':
        this.step(command.by, shop);
        break;
      case 'kill':
        if (process?.state === 'down') {
          shop.heal(name);
          this.told(`${name} is started again`);
        } else {
          shop.kill(name);
          this.told(`${name} is killed`);
        }
        break;
      case 'pause':
        if (process?.state === 'paused') process.resume();
        else process?.pause();
        this.told(`${name} ${process?.state === 'paused' ? 'is paused' : 'goes on'}`);
        break;
      case 'slow':
        this.adjusting = 'slow';
        this.weather(shop, ({ conditions }) => this.slow(shop, conditions.slowMillis > 0 ? 0 : slowFirst));
        break;
      case 'break':
        this.adjusting = 'break';
        this.weather(shop, ({ conditions }) =>
          this.break(shop, conditions.brokenShare > 0 ? 0 : brokenFirst),
        );
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

  /** A shop has taken the place of another one, which may have had a store. */
  moveTo(shop: Shop): void {
    if (shop.process(this.chosen) === undefined) this.chosen = 'payments';
  }

  private step(by: 1 | -1, shop: Shop): void {
    const there = processNames.filter((name) => shop.process(name) !== undefined);
    this.chosen = there[(there.indexOf(this.chosen) + by + there.length) % there.length]!;
  }

  /** Members of the store have no weather. */
  private weather(shop: Shop, change: (service: ServiceProcess) => void): void {
    const process = shop.process(this.chosen);
    if (process instanceof ServiceProcess) change(process);
    else this.told(`${this.chosen} can be killed and paused, and that is all`);
  }

  private adjust(shop: Shop, by: 1 | -1): void {
    this.weather(shop, ({ conditions: { slowMillis, brokenShare } }) => {
      if (this.adjusting === 'slow') this.slow(shop, step(slowSteps, slowMillis, by));
      else this.break(shop, step(brokenSteps, brokenShare, by));
    });
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
    this.weather(shop, (service) => service.setConditions({ ...service.conditions, ...conditions }));
  }
}

/** The step above or below `value`; 0 below the first, the last above all. */
function step(steps: readonly number[], value: number, by: 1 | -1): number {
  if (by === 1) return steps.find((candidate) => candidate > value) ?? steps.at(-1)!;
  return steps.findLast((candidate) => candidate < value) ?? 0;
}
