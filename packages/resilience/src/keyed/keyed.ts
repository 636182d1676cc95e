import { type Duration, platformWorld, toPositiveMicros, type World } from '@holdfast/core';
import { resilienceErrors } from '../errors.ts';
import { wholeNumber } from '../options.ts';
import type { Execution } from '../pipeline/execution.ts';
import { type AnyPolicy, type EnterVerdict, type ExitVerdict, Policy } from '../pipeline/policy.ts';
import type { PolicyCondition } from '../pipeline/policy-condition.ts';
import type { PolicyDescription } from '../pipeline/policy-description.ts';

export interface KeyedOptions {
  /** Name in errors. Default `keyed`. */
  readonly name?: string;
  /** How many keys it holds; beyond that the idle one unused for longest goes, or the one unused for longest. Default 10,000. */
  readonly maxKeys?: number;
  /** A key whose policy is idle goes after this long without a call. Default 10 min. */
  readonly idleAfter?: Duration;
  readonly world?: World;
}

/** What may change about a `keyed` while it runs. */
export interface KeyedChanges<Code extends string, Substitute> extends Omit<KeyedOptions, 'name' | 'world'> {
  /** Makes the policies of keys from now on. */
  readonly create: (key: string) => Policy<Code, Substitute>;
  /** What takes the place of the policy that a key has; it may be that one, reconfigured. */
  readonly carryOver: (policy: Policy<Code, Substitute>, key: string) => Policy<Code, Substitute>;
}

interface Instance {
  policy: AnyPolicy;
  usedAt: number;
}

/**
 * A policy of its own for each key: a breaker per host, a limiter per tenant. It makes them when a key first
 * calls, and purges them when they are idle. Needs the `key` of a call.
 */
export class Keyed<Code extends string, Substitute> extends Policy<Code | 'KEY_REQUIRED', Substitute> {
  override readonly kind = 'keyed';
  override readonly interrupts = true;
  private create: (key: string) => Policy<Code, Substitute>;
  private maxKeys: number;
  private idleAfter: number;
  /** In order of use, the oldest first. */
  private readonly instances = new Map<string, Instance>();
  /** How far {@link dropIdle} has come. */
  private sweep = this.instances.entries();

  /** @throws HoldfastError INVALID_ARGUMENT naming the option that cannot work. */
  constructor(create: (key: string) => Policy<Code, Substitute>, options: KeyedOptions = {}) {
    super(options.name ?? 'keyed', options.world ?? platformWorld());
    this.create = create;
    [this.maxKeys, this.idleAfter] = limitsOf(options);
  }

  /**
   * Changes it while it runs; a limit left out has its default. Calls inside keep the policy that they have.
   *
   * @throws HoldfastError INVALID_ARGUMENT, changing nothing.
   */
  reconfigure({ create, carryOver, ...options }: KeyedChanges<Code, Substitute>): void {
    [this.maxKeys, this.idleAfter] = limitsOf(options);
    this.create = create;
    for (const [key, instance] of this.instances) {
      instance.policy = carryOver(instance.policy as Policy<Code, Substitute>, key);
    }
    while (this.instances.size > this.maxKeys) this.makeRoom();
  }

  /** How many keys it holds. */
  get size(): number {
    return this.instances.size;
  }

  /** The policy of `key`; made when there is none yet. */
  of(key: string): Policy<Code, Substitute> {
    return this.instanceOf(key) as Policy<Code, Substitute>;
  }

  /** Hands the call to the policy of its key, for good. */
  override enter(execution: Execution, index: number): EnterVerdict {
    const { key } = execution.options;
    if (key === undefined) {
      execution.fail(
        resilienceErrors.create('KEY_REQUIRED', {
          message: `${this.name} has a policy for each key: pass the call a { key }`,
          origin: { component: this.name },
        }),
      );
      return 'answered';
    }
    const policy = this.instanceOf(key);
    execution.substitute(index, policy);
    return policy.enter(execution, index);
  }

  override exit(): ExitVerdict {
    return 'pass';
  }

  /** Drops every key whose policy is idle. */
  purge(): void {
    for (const [key, { policy }] of this.instances) {
      if (policy.idle) this.instances.delete(key);
    }
  }

  override get idle(): boolean {
    for (const { policy } of this.instances.values()) {
      if (!policy.idle) return false;
    }
    return true;
  }

  /** It alarms when the policy of any key does. */
  override condition(): PolicyCondition {
    let alarming = 0;
    for (const { policy } of this.instances.values()) if (policy.condition().alarming) alarming++;
    return { alarming: alarming > 0, figures: { keys: this.size, maxKeys: this.maxKeys, alarming } };
  }

  override describe(): PolicyDescription {
    const [first] = this.instances.values();
    const description = (first?.policy ?? this.create('')).describe();
    const concurrencyMax = description.concurrencyMax * this.maxKeys;
    return { ...description, name: this.name, concurrencyMax };
  }

  private instanceOf(key: string): AnyPolicy {
    const now = this.world.clock.coarseNow();
    const known = this.instances.get(key);
    if (known !== undefined) {
      known.usedAt = now;
      this.instances.delete(key);
      this.instances.set(key, known);
      return known.policy;
    }
    this.dropIdle(now);
    if (this.instances.size >= this.maxKeys) this.makeRoom();
    const policy = this.create(key);
    this.instances.set(key, { policy, usedAt: now });
    return policy;
  }

  /**
   * Drops keys that have been idle for long. Looks at two for each new one, so that no call pays for many, and goes
   * on from there the next time, so that keys worth keeping do not hide the others.
   */
  private dropIdle(now: number): void {
    for (let left = 2; left > 0; left--) {
      const { value, done } = this.sweep.next();
      if (done === true || now - value[1].usedAt < this.idleAfter) {
        this.sweep = this.instances.entries();
        return;
      }
      if (value[1].policy.idle) this.instances.delete(value[0]);
    }
  }

  /** Drops one of the oldest keys: the first idle one among a few, else the oldest. */
  private makeRoom(): void {
    let candidate: string | undefined;
    let left = 16;
    for (const [key, { policy }] of this.instances) {
      candidate ??= key;
      if (policy.idle) {
        candidate = key;
        break;
      }
      if (--left === 0) break;
    }
    this.instances.delete(candidate!);
  }
}

/** A policy for each key. See {@link Keyed}. */
export function keyed<Code extends string, Substitute>(
  create: (key: string) => Policy<Code, Substitute>,
  options?: KeyedOptions,
): Keyed<Code, Substitute> {
  return new Keyed(create, options);
}

function limitsOf({
  maxKeys = 10_000,
  idleAfter = '10m',
}: KeyedOptions): [maxKeys: number, idleAfter: number] {
  return [wholeNumber(maxKeys, 'maxKeys', 1), toPositiveMicros(idleAfter, 'idleAfter')];
}
