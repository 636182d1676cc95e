import type { Random } from '@holdfast/core';
import type { Fault, Trouble, TroubleKind } from '../plan/fault-plan.ts';
import { DownBudget } from './down-budget.ts';
import type { FaultMix } from './fault-mix.ts';
import { pick, shuffled } from './picking.ts';

/** The timed faults of a plan, in the order of their moments. `storm` is in microseconds. */
export function drawFaults(
  mix: FaultMix,
  hosts: readonly string[],
  roles: Readonly<Record<string, readonly string[]>>,
  storm: number,
  random: Random,
): readonly Fault[] {
  if (mix.kinds.length === 0) return [];
  const drawing = new Drawing(mix, hosts, roles, Math.max(1, Math.floor(storm / 1_000)), random);
  for (let fault = 0; fault < mix.faults; fault++) drawing.add(pick(mix.kinds, random));
  return drawing.faults.sort((one, other) => (one.at as number) - (other.at as number));
}

/** How soon after another fault a fault strikes that is to meet it, in milliseconds. */
const closeBy = 300;
/** The shortest fault, in milliseconds. */
const lengthMin = 5;

/** All times are whole milliseconds, which read well. */
class Drawing {
  readonly faults: Fault[] = [];
  readonly #mix: FaultMix;
  readonly #hosts: readonly string[];
  readonly #roles: readonly string[];
  readonly #phases: readonly string[];
  readonly #storm: number;
  readonly #random: Random;
  readonly #budget: DownBudget;

  constructor(
    mix: FaultMix,
    hosts: readonly string[],
    roles: Readonly<Record<string, readonly string[]>>,
    storm: number,
    random: Random,
  ) {
    this.#mix = mix;
    this.#hosts = hosts;
    this.#roles = Object.keys(roles);
    this.#phases = Object.entries(roles).flatMap(([role, phases]) =>
      phases.filter((phase) => phase !== '').map((phase) => `${role}/${phase}`),
    );
    this.#storm = storm;
    this.#random = random;
    this.#budget = new DownBudget(mix.hostsDownMax);
  }

  add(kind: TroubleKind): void {
    const random = this.#random;
    const at = this.#moment();
    const length = this.#length();
    switch (kind) {
      case 'crash':
        if (random.below(4) === 0) this.#oneAfterAnother(at, length);
        else this.#down(at, length, { kind, host: this.#aim() });
        break;
      case 'pause':
        this.#down(at, length, { kind, host: this.#aim() });
        break;
      case 'slow':
        this.#push(at, length, { kind, host: this.#aim(), lag: pick([1, 10, 50, 250], random) });
        break;
      case 'wipe':
        // What was lost may be missing for as long as the storm lasts.
        if (this.#budget.take(at, this.#storm, 1)) this.#push(at, length, { kind, host: this.#name() });
        break;
      case 'partition':
        this.#partition(at, length);
        break;
      case 'cut':
        this.#push(at, length, { kind, ...this.#link() });
        break;
      case 'clog':
        if (random.below(4) === 0) this.#swizzle(at, length);
        else this.#push(at, length, { kind, ...this.#link() });
        break;
      case 'flap':
        this.#push(at, length, { kind, ...this.#link(), period: pick([20, 100, 400, 1_600], random) });
        break;
      case 'degrade':
        this.#push(at, length, { kind, ...this.#link(), ...pick(badLinks, random) });
        break;
      case 'clock-jump': {
        const milliseconds = pick([50, 1_000, 60_000, 86_400_000], random) * (random.below(2) === 0 ? 1 : -1);
        this.#push(at, length, { kind, host: this.#aim(), milliseconds });
        break;
      }
      case 'clock-drift': {
        const partsPerMillion = pick([500, 50_000, 500_000], random) * (random.below(2) === 0 ? 1 : -1);
        this.#push(at, length, { kind, host: this.#aim(), partsPerMillion });
        break;
      }
      case 'disk-full':
        this.#push(at, length, { kind, host: this.#aim() });
        break;
      case 'disk-trouble':
        this.#push(at, length, { kind, host: this.#aim(), ...pick(badDisks, random) });
        break;
    }
  }

  /** Somewhere in the storm, or shortly after another fault: what goes wrong together finds most. */
  #moment(): number {
    const random = this.#random;
    if (this.faults.length === 0 || random.below(2) === 0) return random.below(this.#storm);
    const at = (pick(this.faults, random).at as number) + random.below(closeBy);
    return at < this.#storm ? at : random.below(this.#storm);
  }

  /** Short ones as often as long ones: each doubling is equally likely. */
  #length(): number {
    let doublings = 0;
    for (let length = lengthMin; length * 2 <= this.#mix.lengthMax; length *= 2) doublings++;
    const least = lengthMin * 2 ** this.#random.below(doublings + 1);
    return least + this.#random.below(least);
  }

  #name(): string {
    return pick(this.#hosts, this.#random);
  }

  /** A host by its name, or as often one in a certain role, or in a phase of it that may be rare. */
  #aim(): string {
    if (this.#roles.length === 0 || this.#random.below(2) === 0) return this.#name();
    const aims = this.#phases.length === 0 || this.#random.below(2) === 0 ? this.#roles : this.#phases;
    return `@${pick(aims, this.#random)}`;
  }

  /** One host and another, or one and all, either way. */
  #link(): { readonly from: string; readonly to: string } {
    const from = this.#aim();
    const others = this.#hosts.filter((host) => host !== from);
    const to = others.length === 0 || this.#random.below(3) === 0 ? '*' : pick(others, this.#random);
    return this.#random.below(2) === 0 ? { from, to } : { from: to, to: from };
  }

  #push(at: number, length: number, trouble: Trouble): void {
    if (at < this.#storm) this.faults.push({ at, for: length, ...trouble });
  }

  #down(at: number, length: number, trouble: Trouble): void {
    if (this.#budget.take(at, at + length, 1)) this.#push(at, length, trouble);
  }

  /** Crashes in turn, as in a deployment: the next when the one before is up again, or nearly. */
  #oneAfterAnother(at: number, length: number): void {
    const gap = length + this.#random.below(closeBy);
    for (const [index, host] of shuffled(this.#hosts, this.#random).entries()) {
      this.#down(at + index * gap, length, { kind: 'crash', host });
    }
  }

  #partition(at: number, length: number): void {
    const random = this.#random;
    if (this.#hosts.length < 2) return;
    if (random.below(3) === 0) {
      this.#down(at, length, { kind: 'partition', groups: [[this.#aim()], ['*']] });
      return;
    }
    const sizeMax = Math.min(this.#mix.hostsDownMax, Math.floor(this.#hosts.length / 2));
    if (sizeMax < 1) return;
    const size = 1 + random.below(sizeMax);
    const group = shuffled(this.#hosts, random).slice(0, size);
    if (this.#budget.take(at, at + length, size)) {
      this.#push(at, length, { kind: 'partition', groups: [group, ['*']] });
    }
  }

  /** FoundationDB's swizzle: links of some hosts clog one after another, and come back in another order. */
  #swizzle(at: number, length: number): void {
    const random = this.#random;
    const some = shuffled(this.#hosts, random).slice(0, 1 + random.below(this.#hosts.length));
    for (const [index, host] of some.entries()) {
      const begun = at + Math.floor((length * index) / (some.length * 2));
      this.#push(begun, length + random.below(length) - (begun - at), { kind: 'clog', from: host, to: '*' });
    }
  }
}

const badLinks = [
  { loss: 0.3 },
  { loss: 0.9 },
  { duplication: 0.5 },
  { reordering: 0.5, holdBack: 200 },
  { latency: { min: 20, max: 80 } },
  { latency: { min: 1, max: 300 } },
  { bandwidth: 20_000 },
] as const;

const badDisks = [
  { failedReads: 0.2 },
  { failedWrites: 0.2 },
  { failedFlushes: 0.2 },
  { latency: { min: 5, max: 100 } },
  { latency: { min: 1, max: 300 } },
] as const;
