import { platformWorld, type World } from '@holdfast/core';
import type { Execution } from '../pipeline/execution.ts';
import { type EnterVerdict, type ExitVerdict, Policy } from '../pipeline/policy.ts';
import type { PolicyCondition } from '../pipeline/policy-condition.ts';
import { type PolicyDescription, transparent } from '../pipeline/policy-description.ts';
import { degraded } from './degraded.ts';

export interface FeatureSwitchOptions {
  /** Name in events and outcomes. Default `feature`. */
  readonly name?: string;
  readonly world?: World;
}

/**
 * Switches a feature off under pressure: while it is off, calls are answered with a substitute and the operation
 * is not run. Somebody else decides when: an operator, a health check, a load monitor.
 */
export class FeatureSwitch<S> extends Policy<never, S> {
  override readonly kind = 'feature-switch';
  private substitute: () => S;
  private offBecause: string | undefined = undefined;

  constructor(substitute: () => S, options: FeatureSwitchOptions = {}) {
    super(options.name ?? 'feature', options.world ?? platformWorld());
    this.substitute = substitute;
  }

  /** Why it is off; undefined while it is on. */
  get reason(): string | undefined {
    return this.offBecause;
  }

  switchOff(reason: string): void {
    this.offBecause = reason;
  }

  switchOn(): void {
    this.offBecause = undefined;
  }

  /** Changes what answers while it is off. */
  reconfigure(substitute: () => S): void {
    this.substitute = substitute;
  }

  override enter(execution: Execution): EnterVerdict {
    if (this.offBecause === undefined) return 'proceed';
    execution.substituteValue(this.substitute(), this.name);
    if (degraded.active) degraded.publish({ policy: this.name, kind: this.kind, error: undefined });
    return 'answered';
  }

  override exit(): ExitVerdict {
    return 'pass';
  }

  override get idle(): boolean {
    return this.offBecause === undefined;
  }

  override condition(): PolicyCondition {
    const off = this.offBecause !== undefined;
    return { state: off ? 'off' : 'on', alarming: off, figures: {} };
  }

  override describe(): PolicyDescription {
    return { ...transparent, kind: this.kind, name: this.name };
  }
}

/** Makes a feature that can be switched off, answering with `substitute` meanwhile. See {@link FeatureSwitch}. */
export function featureSwitch<S>(substitute: () => S, options?: FeatureSwitchOptions): FeatureSwitch<S> {
  return new FeatureSwitch(substitute, options);
}
