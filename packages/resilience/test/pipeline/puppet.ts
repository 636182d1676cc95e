import type { World } from '@holdfast/core';
import {
  type EnterVerdict,
  type Execution,
  type ExitVerdict,
  Policy,
  type PolicyDescription,
  transparent,
} from '../../src/index.ts';

export interface Strings {
  readonly enter?: (execution: Execution, index: number) => EnterVerdict;
  readonly exit?: (execution: Execution, index: number) => ExitVerdict;
  readonly leave?: (execution: Execution, index: number) => void;
}

/** A policy that does what a test says, and counts the calls inside it. */
export class Puppet extends Policy {
  override readonly kind = 'puppet';
  /** Calls that entered and have not left. */
  inside = 0;
  private readonly strings: Strings;

  constructor(name: string, world: World, strings: Strings) {
    super(name, world);
    this.strings = strings;
  }

  override enter(execution: Execution, index: number): EnterVerdict {
    const verdict = this.strings.enter?.(execution, index) ?? 'proceed';
    if (verdict !== 'answered') this.inside++;
    return verdict;
  }

  override exit(execution: Execution, index: number): ExitVerdict {
    const verdict = this.strings.exit?.(execution, index) ?? 'pass';
    if (verdict === 'pass') this.inside--;
    return verdict;
  }

  override leave(execution: Execution, index: number): void {
    this.inside--;
    this.strings.leave?.(execution, index);
  }

  override get idle(): boolean {
    return this.inside === 0;
  }

  override describe(): PolicyDescription {
    return { ...transparent, kind: this.kind, name: this.name };
  }
}
