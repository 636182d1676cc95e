import {
  coreErrors,
  type Duration,
  defineEvent,
  type EventType,
  platformWorld,
  Timer,
  toMicros,
  type World,
} from '@holdfast/core';
import { type JudgeOptions, judge } from '../judgement.ts';
import { wholeNumber } from '../options.ts';
import type { Execution, SettledListener } from '../pipeline/execution.ts';
import { type EnterVerdict, type ExitVerdict, Policy } from '../pipeline/policy.ts';
import type { PolicyCondition } from '../pipeline/policy-condition.ts';
import { type PolicyDescription, transparent } from '../pipeline/policy-description.ts';
import type { RetryBudget } from '../retry/retry-budget.ts';

export interface HedgeOptions extends JudgeOptions {
  /** Name in events. Default `hedge`. */
  readonly name?: string;
  /** How long an attempt may take before the next one is started beside it; the 95th percentile is a good choice. */
  readonly delay: Duration;
  /** How many attempts there are at most, the first included. Default 2. */
  readonly maxAttempts?: number;
  /** Bounds hedges, and retries that share it, of all calls together. */
  readonly budget?: RetryBudget;
  readonly world?: World;
}

/** A further attempt was started beside the slow or failed ones. */
export interface HedgeEvent {
  readonly hedge: string;
  readonly attempt: number;
}

export const hedgeStarted: EventType<HedgeEvent> = defineEvent<HedgeEvent>('holdfast.hedge.started');

/**
 * Starts another attempt when one takes long, takes the first success, and aborts the others (Dean and Barroso,
 * The Tail at Scale). A failed attempt brings the next one forward; one that its judge ignores, such as a refusal by
 * a policy inside, leaves the answer to the others. Only for what is harmless to repeat: a call with
 * `idempotent: false` is not hedged.
 */
export class Hedge extends Policy {
  override readonly kind = 'hedge';
  override readonly interrupts = true;
  readonly options: HedgeOptions;
  readonly delay: number;
  readonly maxAttempts: number;

  /** @throws HoldfastError INVALID_ARGUMENT naming the option that cannot work. */
  constructor(options: HedgeOptions) {
    super(options.name ?? 'hedge', options.world ?? platformWorld());
    this.options = options;
    this.delay = toMicros(options.delay, 'delay');
    this.maxAttempts = wholeNumber(options.maxAttempts ?? 2, 'maxAttempts', 1, 100);
  }

  override enter(execution: Execution, index: number): EnterVerdict {
    this.options.budget?.deposit(execution);
    if (execution.options.idempotent === false) return 'proceed';
    const race = new Race(this, execution, index);
    execution.keep(index, race);
    return race.begin() ? 'answered' : 'waiting';
  }

  /** Only calls that are not hedged come out this way. */
  override exit(): ExitVerdict {
    return 'pass';
  }

  override leave(execution: Execution, index: number): void {
    (execution.kept(index) as Race).abandon(execution.error);
  }

  override get idle(): boolean {
    return true;
  }

  override condition(): PolicyCondition {
    const budget = this.options.budget?.remaining;
    const figures = { delay: this.delay / 1_000, maxAttempts: this.maxAttempts };
    return { alarming: budget === 0, figures: budget === undefined ? figures : { ...figures, budget } };
  }

  override describe(): PolicyDescription {
    return {
      ...transparent,
      kind: this.kind,
      name: this.name,
      attemptsMax: this.maxAttempts,
      waitMax: this.delay * (this.maxAttempts - 1),
      delaysMax: Array.from({ length: this.maxAttempts - 1 }, () => this.delay),
      parallel: true,
    };
  }
}

/** Starts further attempts beside slow ones. See {@link Hedge}. */
export function hedge(options: HedgeOptions): Hedge {
  return new Hedge(options);
}

/** The attempts of one call, racing each other. As a timer, it starts the next one. */
class Race extends Timer implements SettledListener {
  private readonly policy: Hedge;
  private readonly execution: Execution;
  private readonly index: number;
  private readonly running = new Set<Execution>();
  private started = 0;
  private over = false;
  /** True until the policy has said whether the call waits. */
  private beginning = true;

  constructor(policy: Hedge, execution: Execution, index: number) {
    super();
    this.policy = policy;
    this.execution = execution;
    this.index = index;
  }

  /** Starts the first attempt. Returns whether the race is over already. */
  begin(): boolean {
    this.startAttempt();
    this.beginning = false;
    return this.over;
  }

  /** The latest attempt takes long. */
  override fire(): void {
    this.startNext();
  }

  abandon(reason: unknown): void {
    this.over = true;
    this.policy.world.timers.disarm(this);
    for (const attempt of this.running) attempt.cancel(reason);
    this.running.clear();
  }

  private startAttempt(): void {
    const { policy } = this;
    const attempt = this.execution.fork(this.index);
    this.started++;
    this.running.add(attempt);
    attempt.whenSettled(this);
    if (this.started < policy.maxAttempts) {
      policy.world.timers.arm(this, policy.world.clock.now() + policy.delay);
    }
    attempt.start(false);
  }

  /** Starts one more attempt, if the limits allow. Returns whether it has. */
  private startNext(): boolean {
    const { policy } = this;
    if (this.over || this.started >= policy.maxAttempts) return false;
    if (policy.options.budget?.withdraw() === false) return false;
    if (hedgeStarted.active) hedgeStarted.publish({ hedge: policy.name, attempt: this.started + 1 });
    policy.world.timers.disarm(this);
    this.startAttempt();
    return true;
  }

  /** An attempt has ended. */
  settled(attempt: Execution): void {
    if (this.over) return;
    this.running.delete(attempt);
    const judgement = judge(attempt, this.policy.options);
    if (judgement === 'failure' && this.startNext()) return;
    if (judgement !== 'success' && this.running.size > 0) return;
    this.over = true;
    this.policy.world.timers.disarm(this);
    this.execution.adopt(attempt);
    if (!this.beginning) this.execution.answer(this.index);
    if (this.running.size > 0) this.abandon(overtaken());
  }
}

function overtaken(): unknown {
  return coreErrors.create('ABORTED', {
    message: 'another attempt of the same call was faster',
    stack: false,
  });
}
