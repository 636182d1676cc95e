import type { Choices } from '../choices/choices.ts';
import type { Site } from '../choices/site.ts';
import type { DiskConditions } from '../plan/fault-plan.ts';
import { chancesOf, type DiskChances } from './disk-chances.ts';

const two32 = 2 ** 32;
const heavyTailShare = 20;
const heavyTailFactor = 10;

/** Says that a fault does not strike. One that does is said in 32 bits, which decide how. */
export const spared = -1;

/** What goes wrong on the disk of one host, as its conditions and chance have it. */
export class DiskFaults {
  #chances: DiskChances = chancesOf([]);
  #conditions: DiskConditions = {};
  readonly #troubles = new Set<{ readonly conditions: DiskConditions }>();
  readonly #latency: Site;
  readonly #failedRead: Site;
  readonly #failedWrite: Site;
  readonly #failedFlush: Site;
  readonly #lyingFlush: Site;
  readonly #lostWrite: Site;
  readonly #tornWrite: Site;
  readonly #misdirectedWrite: Site;
  readonly #bitRot: Site;

  constructor(choices: Choices, host: string) {
    this.#latency = choices.site('disk-latency', host);
    this.#failedRead = choices.site('failed-read', host);
    this.#failedWrite = choices.site('failed-write', host);
    this.#failedFlush = choices.site('failed-flush', host);
    this.#lyingFlush = choices.site('lying-flush', host);
    this.#lostWrite = choices.site('lost-write', host);
    this.#tornWrite = choices.site('torn-write', host);
    this.#misdirectedWrite = choices.site('misdirected-write', host);
    this.#bitRot = choices.site('bit-rot', host);
  }

  /** @throws HoldfastError INVALID_ARGUMENT. */
  setConditions(conditions: DiskConditions): void {
    chancesOf([conditions]);
    this.#conditions = conditions;
    this.#combine();
  }

  /**
   * The returned function ends the trouble. Of several, the one that began last counts.
   *
   * @throws HoldfastError INVALID_ARGUMENT.
   */
  trouble(conditions: DiskConditions): () => void {
    chancesOf([conditions]);
    const trouble = { conditions };
    this.#troubles.add(trouble);
    this.#combine();
    return () => {
      this.#troubles.delete(trouble);
      this.#combine();
    };
  }

  /** Microseconds that an operation takes. */
  latency(): number {
    const { latencyMin, latencyMax, heavyTailed } = this.#chances;
    if (!heavyTailed || this.#latency.below(heavyTailShare) > 0) {
      return this.#latency.between(latencyMin, latencyMax);
    }
    return this.#latency.between(latencyMax, heavyTailFactor * latencyMax);
  }

  failedRead(): boolean {
    return this.#failedRead.happens(this.#chances.failedReads);
  }

  failedWrite(): number {
    return strike(this.#failedWrite, this.#chances.failedWrites);
  }

  failedFlush(): number {
    return strike(this.#failedFlush, this.#chances.failedFlushes);
  }

  lyingFlush(): boolean {
    return this.#lyingFlush.happens(this.#chances.lyingFlushes);
  }

  lostWrite(possible: boolean): number {
    return strike(this.#lostWrite, this.#chances.lostWrites, possible);
  }

  tornWrite(possible: boolean): number {
    return strike(this.#tornWrite, this.#chances.tornWrites, possible);
  }

  /** Whether a write may be misdirected or rot. */
  get damageWrites(): boolean {
    return this.#chances.misdirectedWrites > 0 || this.#chances.bitRot > 0;
  }

  /** `possible` is asked only where it matters, with the bits that decide how. */
  misdirectedWrite(possible: (how: number) => boolean): number {
    return strikeWhere(this.#misdirectedWrite, this.#chances.misdirectedWrites, possible);
  }

  bitRot(possible: (how: number) => boolean): number {
    return strikeWhere(this.#bitRot, this.#chances.bitRot, possible);
  }

  #combine(): void {
    const troubles = Array.from(this.#troubles, ({ conditions }) => conditions);
    this.#chances = chancesOf([this.#conditions, ...troubles]);
  }
}

function strike(site: Site, partsPerMillion: number, possible = true): number {
  if (partsPerMillion === 0) return spared;
  const how = site.below(two32);
  return site.happens(partsPerMillion, possible) ? how : spared;
}

/** How is drawn whether or not, so that a fault that a shrinker takes back leaves the later ones as they were. */
function strikeWhere(site: Site, partsPerMillion: number, possible: (how: number) => boolean): number {
  if (partsPerMillion === 0) return spared;
  const how = site.below(two32);
  return site.happens(partsPerMillion, possible(how)) ? how : spared;
}
