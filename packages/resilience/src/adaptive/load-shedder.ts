import { type Duration, platformWorld, toPositiveMicros, type World } from '@holdfast/core';
import { numberBetween, wholeNumber } from '../options.ts';
import type { Execution } from '../pipeline/execution.ts';
import { type EnterVerdict, type ExitVerdict, Policy } from '../pipeline/policy.ts';
import type { PolicyCondition } from '../pipeline/policy-condition.ts';
import { type PolicyDescription, transparent } from '../pipeline/policy-description.ts';
import { type RejectingPolicy, Rejection, type RejectionFacts } from '../pipeline/rejection.ts';
import { ShedderCore } from './shedder-core.ts';

export interface LoadShedderOptions {
  /** Name in errors and events. Default `load-shedder`. */
  readonly name?: string;
  /**
   * How loaded what is inside is, from 0 to 1, read at each call: `() => limit.load()` of a concurrency limit inside,
   * or a measure of the process, such as the utilisation of its event loop.
   */
  readonly load: () => number;
  /** A load from here on is an overload. Default 0.9. */
  readonly loadMax?: number;
  /** How many priorities there are, from 0, the most important. Higher ones count as the last. Default 4. */
  readonly priorities?: number;
  /** How often it decides whom to let in. Default 100 ms. */
  readonly interval?: Duration;
  readonly world?: World;
}

/**
 * Under overload, refuses the less important calls (by the `priority` of a call) with LOAD_SHED, so that the most
 * important ones are served. Calls of priority 0 are never shed: leave those to the limit inside.
 */
export class LoadShedder extends Policy<'LOAD_SHED'> {
  override readonly kind = 'load-shedder';
  private readonly load: () => number;
  private readonly core: ShedderCore;
  private readonly priorities: number;

  /** @throws HoldfastError INVALID_ARGUMENT naming the option that cannot work. */
  constructor(options: LoadShedderOptions) {
    super(options.name ?? 'load-shedder', options.world ?? platformWorld());
    this.load = options.load;
    this.priorities = wholeNumber(options.priorities ?? 4, 'priorities', 1, 1_000);
    this.core = new ShedderCore({
      priorities: this.priorities,
      loadMax: numberBetween(options.loadMax ?? 0.9, 'loadMax', 0, 1),
      interval: toPositiveMicros(options.interval ?? '100ms', 'interval'),
    });
  }

  override enter(execution: Execution): EnterVerdict {
    const { priority = 0 } = execution.options;
    const load = this.load();
    if (this.core.admit(priority, load, this.world.clock.coarseNow(), this.world.random)) return 'proceed';
    execution.fail(new ShedRejection(this, priority, this.core.level, load));
    return 'answered';
  }

  override exit(): ExitVerdict {
    return 'pass';
  }

  /** Who comes in: priorities below it do, and of the one it falls into the share that its fraction says. */
  get level(): number {
    return this.core.level;
  }

  override get idle(): boolean {
    return this.core.level === this.priorities;
  }

  override condition(): PolicyCondition {
    const { level, priorities } = this;
    return { alarming: level < priorities, figures: { level, priorities, load: this.load() } };
  }

  override describe(): PolicyDescription {
    return { ...transparent, kind: this.kind, name: this.name };
  }
}

/** Makes a load shedder. See {@link LoadShedder}. */
export function loadShedder(options: LoadShedderOptions): LoadShedder {
  return new LoadShedder(options);
}

class ShedRejection extends Rejection {
  override readonly code = 'LOAD_SHED';
  private readonly priority: number;
  private readonly level: number;
  private readonly load: number;

  constructor(policy: RejectingPolicy, priority: number, level: number, load: number) {
    super(policy);
    this.priority = priority;
    this.level = level;
    this.load = load;
  }

  override reason(): string {
    return `${this.policy.name} sheds calls of priority ${this.priority}: the admission level is ${this.level.toFixed(2)}, and lower priorities than that are served first`;
  }

  override facts(): RejectionFacts {
    return { priority: this.priority, level: this.level, load: this.load };
  }
}
