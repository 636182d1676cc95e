import type { Weather } from '../storm/weather.ts';
import type { Trait } from './services.ts';

/** More than this nobody queues for: the process would run out of memory. */
const queueLengthMax = 20_000;

/** The limited number of hands a service works with. Work waits for a free one, first come first served. */
export class Hands {
  private readonly trait: Trait;
  private readonly weather: Weather;
  private readonly queue: (() => void)[] = [];
  /** Those at work, and those that were lost. */
  busy = 0;
  private lost = 0;

  constructor(trait: Trait, weather: Weather) {
    this.trait = trait;
    this.weather = weather;
  }

  get waiting(): number {
    return this.queue.length;
  }

  /** Resolves when one piece of work is done. */
  async work(): Promise<void> {
    if (this.busy < this.trait.hands) {
      this.busy++;
    } else {
      if (this.queue.length >= queueLengthMax) throw new Error('too much work is waiting for a free hand');
      await new Promise<void>((resolve) => this.queue.push(resolve));
    }
    await pause(this.trait.workMillis + this.weather.conditions.slowMillis);
    if (this.weather.losesHand()) this.lost++;
    else this.free();
  }

  /** Brings back the hands that were lost. */
  recover(): void {
    for (; this.lost > 0; this.lost--) this.free();
  }

  private free(): void {
    const next = this.queue.shift();
    if (next === undefined) this.busy--;
    else next();
  }
}

function pause(millis: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, millis));
}
