import {
  type AsyncContext,
  assert,
  captureAsyncContext,
  type OperationScope,
  runWithDeadline,
  runWithoutDeadline,
  type World,
} from '@holdfast/core';
import { Attempt } from './attempt.ts';
import type { CallOptions } from './call-options.ts';
import { Caller } from './caller.ts';
import type { Operation } from './outcome.ts';
import type { AnyPolicy, EnterVerdict, ExitVerdict } from './policy.ts';
import { Rejection } from './rejection.ts';
import { isThenable } from './thenable.ts';

/** Hears when a call has its final outcome. */
export interface SettledListener {
  settled(execution: Execution): void;
}

const noOptions: CallOptions = Object.freeze({});
const nowhere = -1;

/**
 * One call on its way through a pipeline: the single record that serves all layers. It walks the array of
 * policies inwards with `enter`, runs the operation, and walks outwards with `exit`; what a policy keeps per
 * call is with it.
 *
 * Where the call stands is `depth`: the index of the layer that makes it wait, or the number of layers while
 * the operation runs.
 */
export class Execution {
  readonly world: World;
  readonly options: CallOptions;
  /** Whether the outcome so far is a success, whose value is `value`, or a failure, whose error is `error`. */
  ok = false;
  value: unknown = undefined;
  /** A {@link Rejection} when a policy decided the failure; {@link failure} makes the error of it. */
  error: unknown = undefined;
  /** Whether the operation itself failed, rather than a policy or the caller's signal or deadline. */
  operationFailed = false;
  /** The policy that answered with something else than the operation's own, fresh value. */
  degradedBy: string | undefined = undefined;
  /** True while an outer layer or the caller cuts the call short: policies then record, release and pass. */
  interrupted = false;
  /** How often the operation has been started. */
  attempts = 0;
  /** The nearest of the deadlines that the call and the timeouts around it set, monotonic microseconds. */
  deadlineAt: number = Number.POSITIVE_INFINITY;

  /** Whether the outcome is final. */
  settled = false;
  /** The operation's promise, while that alone can end the call: its result goes to {@link pendingEnded}. */
  pending: Promise<unknown> | undefined = undefined;

  private policies: readonly AnyPolicy[];
  private readonly operation: Operation<unknown>;
  /** The call that this one is a fork of. */
  private readonly parent: Execution | undefined;
  private readonly outermost: number;
  private caller: Caller | undefined;
  private readonly keeps: unknown[];
  private depth = nowhere;
  private attempt: Attempt | undefined = undefined;
  private scope: OperationScope | undefined = undefined;
  /** The caller's chain of asynchronous calls. Captured once the call has to wait for more than its operation. */
  private context: AsyncContext | undefined = undefined;
  private alone = false;
  /** True while policies are being called: an interruption then has to come later. */
  private walking = false;
  private listener: SettledListener | undefined = undefined;
  /** Those that have met the call: see {@link isNewTo}. */
  private acquaintances: object[] | undefined = undefined;
  private walkTime = nowhere;
  private startedAt = nowhere;
  /** Runs of the operation that have not ended yet, those that nobody waits for any longer included. */
  private running = 0;
  private onWorkEnded: (() => void)[] | undefined = undefined;

  /** @param parent - the call that this one is a fork of, with the layer that it forks in. */
  constructor(
    world: World,
    policies: readonly AnyPolicy[],
    operation: Operation<unknown>,
    options: CallOptions | undefined,
    parent?: Execution,
    outermost = 0,
  ) {
    this.world = world;
    this.policies = policies;
    this.operation = operation;
    this.options = options ?? noOptions;
    this.parent = parent;
    this.outermost = outermost;
    this.keeps = new Array(policies.length);
    this.caller = parent === undefined ? Caller.of(this, this.options) : parent.caller;
  }

  /** Sets the call going. With `alone`, nothing but the operation itself can end it: see {@link pending}. */
  start(alone: boolean): void {
    this.alone = alone && this.caller === undefined;
    const refusal = this.parent === undefined ? this.caller?.watch() : undefined;
    if (refusal === undefined) {
      // Only a fork has somebody's chain to go back to; every other call takes this short way.
      if (this.context === undefined) this.inward(this.outermost);
      else this.inContext(this.inward, this.outermost);
    } else {
      this.fail(refusal);
      this.finish();
    }
    this.alone = false;
    this.captureContext();
  }

  /** As {@link start}, as an operation in telemetry, which ends with the call: whatever is told and done belongs to it. */
  startWithin(scope: OperationScope, alone: boolean): void {
    this.scope = scope;
    scope.bind(() => this.start(alone));
  }

  /** Tells `listener` when the call has its final outcome; at once if it has. There is room for one. */
  whenSettled(listener: SettledListener): void {
    if (this.settled) listener.settled(this);
    else this.listener = listener;
  }

  /** Ends the call from outside. Policies release what they hold; the operation's signal is aborted. */
  cancel(error: unknown): void {
    if (this.settled) return;
    if (!this.interrupt(this.outermost - 1, error)) queueMicrotask(() => this.cancel(error));
  }

  // What policies use.

  /** What the policy at `index` keeps for this call. */
  kept(index: number): unknown {
    return this.keeps[index];
  }

  keep(index: number, value: unknown): void {
    this.keeps[index] = value;
  }

  /** Monotonic microseconds, read once per walk through the layers. */
  get now(): number {
    if (this.walkTime === nowhere) {
      this.walkTime = this.world.clock.now();
      if (this.startedAt === nowhere) this.startedAt = this.walkTime;
    }
    return this.walkTime;
  }

  succeed(value: unknown): void {
    this.ok = true;
    this.value = value;
    this.error = undefined;
    this.operationFailed = false;
    this.degradedBy = undefined;
  }

  /** Makes the outcome a success with a substitute that `policy` stands for. */
  substituteValue(value: unknown, policy: string): void {
    this.succeed(value);
    this.degradedBy = policy;
  }

  /** Makes the outcome a failure. `error` may be a {@link Rejection}. */
  fail(error: unknown): void {
    this.ok = false;
    this.value = undefined;
    this.error = error;
    this.operationFailed = false;
  }

  /** Takes over the outcome of `other`. */
  adopt(other: Execution): void {
    this.ok = other.ok;
    this.value = other.value;
    this.error = other.error;
    this.operationFailed = other.operationFailed;
    this.degradedBy = other.degradedBy;
  }

  /** Whether `who` meets this call for the first time. However often it is repeated or forked, it is one call. */
  isNewTo(who: object): boolean {
    if (this.parent !== undefined) return this.parent.isNewTo(who);
    if (this.acquaintances?.includes(who) === true) return false;
    if (this.acquaintances === undefined) this.acquaintances = [who];
    else this.acquaintances.push(who);
    return true;
  }

  /** The error of a failed outcome. */
  failure(): unknown {
    return this.explained(this.error);
  }

  /** Puts `policy` in place of the one at `index` for this call: how one policy hands a call to another. */
  substitute(index: number, policy: AnyPolicy): void {
    this.policies = this.policies.with(index, policy);
  }

  /** The waiting layer at `index` lets the call on inwards. */
  proceed(index: number): void {
    assert(this.depth === index && !this.walking, 'only the layer that a call waits in can let it on');
    this.walkTime = nowhere;
    this.inContext(this.inward, index + 1);
  }

  /** The waiting layer at `index` has set the outcome: the call goes on outwards. */
  answer(index: number): void {
    assert(this.depth === index && !this.walking, 'only the layer that a call waits in can answer it');
    this.walkTime = nowhere;
    this.inContext(this.resumeOutward, index - 1);
  }

  /**
   * Cuts short what is inside layer `index`, with `error` as its outcome, and carries that outwards from there.
   * Returns false, having done nothing, while policies are being called: try again later.
   */
  interrupt(index: number, error: unknown): boolean {
    if (this.settled) return true;
    if (this.walking) return false;
    assert(this.pending === undefined, 'a policy that interrupts calls has to say so in `interrupts`');
    this.walkTime = nowhere;
    this.fail(error);
    this.interrupted = true;
    // Listeners of the attempt's signal may try to interrupt in turn: they come later, like those of policies.
    this.walking = true;
    let at = this.depth;
    if (at === this.policies.length) this.abandonAttempt(error);
    else this.leaveLayer(at);
    for (at--; at > index; at--) this.exitInterrupted(at);
    this.interrupted = false;
    this.walking = false;
    this.inContext(this.resumeOutward, index);
    return true;
  }

  /** A call of its own through the layers inside `index`, not started yet. */
  fork(index: number): Execution {
    const child = new Execution(this.world, this.policies, this.operation, this.options, this, index + 1);
    child.deadlineAt = this.deadlineAt;
    child.context = this.context;
    child.attempts = this.attempts++;
    return child;
  }

  /** As {@link fork}, and starts it, for several calls together: none of their deadlines is in force in it. */
  startShared(index: number): Execution {
    const child = this.fork(index);
    child.deadlineAt = Number.POSITIVE_INFINITY;
    child.caller = undefined;
    child.context = undefined;
    runWithoutDeadline(() => child.start(false));
    return child;
  }

  /** Calls `callback` when no run of the operation is left, not even one that nobody waits for. */
  whenWorkEnds(callback: () => void): void {
    if (this.running === 0) callback();
    else if (this.onWorkEnded === undefined) this.onWorkEnded = [callback];
    else this.onWorkEnded.push(callback);
  }

  // What attempts use.

  /** The error behind `error`, where it is a rejection. */
  explained(error: unknown): unknown {
    if (!(error instanceof Rejection)) return error;
    const elapsed = this.startedAt === nowhere ? undefined : this.world.clock.coarseNow() - this.startedAt;
    return error.toError(this.attempts, elapsed);
  }

  /** The {@link pending} promise has settled. */
  pendingEnded(ok: boolean, result: unknown): void {
    this.pending = undefined;
    if (this.scope === undefined) this.goOn(ok, result);
    else this.scope.bind(() => this.goOn(ok, result));
  }

  private goOn(ok: boolean, result: unknown): void {
    this.attemptEnded(this.attempt!, ok, result);
    this.captureContext();
  }

  private attemptEnded(attempt: Attempt, ok: boolean, result: unknown): void {
    this.workEnded();
    if (this.attempt !== attempt) return;
    this.conclude(ok, result);
    this.resumeOutward(this.policies.length - 1);
  }

  /** Remembers the present chain of calls, which is the caller's. */
  private captureContext(): void {
    if (this.settled || this.pending !== undefined) return;
    this.context ??= captureAsyncContext();
  }

  /** Takes a step in the caller's chain of calls, whosever chain has led here: that of a timer, of another call. */
  private inContext(step: (at: number) => void, at: number): void {
    if (this.context === undefined) step.call(this, at);
    else this.context.runInAsyncScope(step, this, at);
  }

  // The walk.

  private inward(from: number): void {
    let at = from;
    for (;;) {
      at = this.enterLayers(at);
      if (at === nowhere) return;
      if (at === this.policies.length && !this.runOperation()) return;
      at = this.exitLayers(at - 1);
      if (at === nowhere) return;
    }
  }

  private resumeOutward(from: number): void {
    const again = this.exitLayers(from);
    if (again !== nowhere) this.inward(again);
  }

  /** Enters the layers from `from` on. Returns how many the call is inside of, or `nowhere` when it waits. */
  private enterLayers(from: number): number {
    this.walking = true;
    for (let at = from; at < this.policies.length; at++) {
      this.depth = at;
      const verdict = this.enterLayer(at);
      if (verdict !== 'proceed') {
        this.walking = false;
        return verdict === 'answered' ? at : nowhere;
      }
    }
    this.walking = false;
    return this.policies.length;
  }

  /** Leaves the layers from `from` outwards. Returns the layer to enter again, or `nowhere`: it waits or is over. */
  private exitLayers(from: number): number {
    this.walking = true;
    for (let at = from; at >= this.outermost; at--) {
      this.depth = at;
      const verdict = this.exitLayer(at);
      if (verdict !== 'pass') {
        this.walking = false;
        return verdict === 'again' ? at + 1 : nowhere;
      }
    }
    this.walking = false;
    this.finish();
    return nowhere;
  }

  /** A policy that throws, or whose user's function does, has failed the call there. */
  private enterLayer(at: number): EnterVerdict {
    try {
      return this.policies[at]!.enter(this, at);
    } catch (error) {
      this.fail(error);
      return 'answered';
    }
  }

  private exitLayer(at: number): ExitVerdict {
    try {
      return this.policies[at]!.exit(this, at);
    } catch (error) {
      this.fail(error);
      return 'pass';
    }
  }

  private leaveLayer(at: number): void {
    try {
      this.policies[at]!.leave(this, at);
    } catch (error) {
      this.fail(error);
    }
  }

  private exitInterrupted(at: number): void {
    try {
      const verdict = this.policies[at]!.exit(this, at);
      assert(verdict === 'pass', 'a policy has to pass an interrupted call on');
    } catch (error) {
      this.fail(error);
    }
  }

  /** Starts the operation. Returns whether it has ended already, with the outcome set. */
  private runOperation(): boolean {
    this.attempts++;
    this.workStarted();
    this.depth = this.policies.length;
    const attempt = new Attempt(this, this.attempts);
    this.attempt = attempt;
    let result: unknown;
    let promise: Promise<unknown> | undefined;
    try {
      result =
        this.caller?.deadline === undefined
          ? this.operation(attempt)
          : runWithDeadline(attempt.deadline ?? this.caller.deadline, () => this.operation(attempt));
      // To look at a result may run code of the user's: a getter, a promise of a class of its own.
      promise = isThenable(result) ? Promise.resolve(result) : undefined;
    } catch (error) {
      return this.endedAtOnce(attempt, false, error);
    }
    if (promise === undefined) return this.endedAtOnce(attempt, true, result);
    if (this.alone) {
      this.pending = promise;
      return false;
    }
    promise.then(
      (value) => this.attemptEnded(attempt, true, value),
      (error) => this.attemptEnded(attempt, false, error),
    );
    return false;
  }

  private endedAtOnce(attempt: Attempt, ok: boolean, result: unknown): boolean {
    this.workEnded();
    if (this.attempt !== attempt) return false;
    this.conclude(ok, result);
    return true;
  }

  private conclude(ok: boolean, result: unknown): void {
    this.attempt = undefined;
    this.walkTime = nowhere;
    if (ok) {
      this.succeed(result);
    } else {
      this.fail(result);
      this.operationFailed = true;
    }
  }

  private abandonAttempt(reason: unknown): void {
    const attempt = this.attempt!;
    this.attempt = undefined;
    attempt.abandon(reason);
  }

  private workStarted(): void {
    this.running++;
    this.parent?.workStarted();
  }

  private workEnded(): void {
    this.running--;
    this.parent?.workEnded();
    if (this.running > 0 || this.onWorkEnded === undefined) return;
    const callbacks = this.onWorkEnded;
    this.onWorkEnded = undefined;
    for (const callback of callbacks) callback();
  }

  private finish(): void {
    this.settled = true;
    this.depth = nowhere;
    if (this.parent === undefined) this.caller?.unwatch();
    this.scope?.exit(this.ok ? undefined : this.failure());
    this.listener?.settled(this);
  }
}
