import { platformWorld, type World } from '@holdfast/core';
import { resilienceErrors } from '../errors.ts';
import { isCancellation, type JudgeOptions, judge } from '../judgement.ts';
import type { Execution } from '../pipeline/execution.ts';
import { type EnterVerdict, type ExitVerdict, Policy } from '../pipeline/policy.ts';
import { type PolicyDescription, transparent } from '../pipeline/policy-description.ts';
import { Rejection } from '../pipeline/rejection.ts';
import { isThenable } from '../pipeline/thenable.ts';
import { degraded } from './degraded.ts';

/** What stands in for a failed call: made from its error, possibly by asking somebody else. */
export type Substitution<S> = (error: unknown) => S | PromiseLike<S>;

export interface FallbackOptions extends JudgeOptions {
  /** Name in errors, events and outcomes. Default `fallback`. */
  readonly name?: string;
  readonly world?: World;
}

/**
 * Answers a failed call with a substitute. Several in a row make a chain: the outer one answers when the inner
 * one's substitute fails too. By default it stands in for every failure but a cancellation.
 */
export class Fallback<S> extends Policy<'FALLBACK_FAILED', S> {
  override readonly kind = 'fallback';
  override readonly interrupts = false;
  private readonly substitution: Substitution<S>;
  private readonly options: FallbackOptions;

  constructor(substitution: Substitution<S>, options: FallbackOptions = {}) {
    super(options.name ?? 'fallback', options.world ?? platformWorld());
    this.substitution = substitution;
    this.options = options;
  }

  override enter(): EnterVerdict {
    return 'proceed';
  }

  override exit(execution: Execution, index: number): ExitVerdict {
    if (execution.interrupted || !this.standsInFor(execution)) return 'pass';
    const error = execution.ok ? undefined : execution.failure();
    let substitute: S | PromiseLike<S>;
    try {
      substitute = this.substitution(error);
    } catch (failure) {
      this.fail(execution, error, failure);
      return 'pass';
    }
    if (!isThenable(substitute)) {
      this.serve(execution, substitute, error);
      return 'pass';
    }
    const waiting = {};
    execution.keep(index, waiting);
    Promise.resolve(substitute).then(
      (value) => {
        if (execution.kept(index) !== waiting) return;
        this.serve(execution, value, error);
        execution.answer(index);
      },
      (failure) => {
        if (execution.kept(index) !== waiting) return;
        this.fail(execution, error, failure);
        execution.answer(index);
      },
    );
    return 'waiting';
  }

  override leave(execution: Execution, index: number): void {
    execution.keep(index, undefined);
  }

  override get idle(): boolean {
    return true;
  }

  override describe(): PolicyDescription {
    return { ...transparent, kind: this.kind, name: this.name };
  }

  private standsInFor(execution: Execution): boolean {
    if (execution.ok && this.options.judgeResult === undefined) return false;
    const { error } = execution;
    if (!execution.ok && this.options.judgeError === undefined) {
      return error instanceof Rejection || !isCancellation(error);
    }
    return judge(execution, this.options) === 'failure';
  }

  private serve(execution: Execution, value: S, error: unknown): void {
    execution.substituteValue(value, this.name);
    if (degraded.active) degraded.publish({ policy: this.name, kind: this.kind, error });
  }

  private fail(execution: Execution, error: unknown, failure: unknown): void {
    execution.fail(
      resilienceErrors.create('FALLBACK_FAILED', {
        message: `${this.name} failed as well (${messageOf(failure)}) after the call had failed (${messageOf(error)})`,
        cause: error,
        causes: [error, failure],
        origin: { component: this.name },
        stack: false,
      }),
    );
  }
}

/** Answers failed calls with what `substitution` returns. See {@link Fallback}. */
export function fallback<S>(substitution: Substitution<S>, options?: FallbackOptions): Fallback<S> {
  return new Fallback(substitution, options);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
