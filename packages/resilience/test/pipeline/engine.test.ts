import { getEventListeners } from 'node:events';
import { Deadline, ManualWorld, Timer } from '@holdfast/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AnyPolicy,
  type Attempt,
  Bulkhead,
  bulkhead,
  circuitBreaker,
  constant,
  type Execution,
  Pipeline,
  retry,
  timeout,
} from '../../src/index.ts';
import { Puppet } from './puppet.ts';

// Goal: whatever policies, operations, callers and time do, the engine keeps its promises to each of them.
// Method: random pipelines of shipped policies and puppets, several calls at once, in a manual world. Every
// layer checks the order in which it is called; what is left behind is counted when the calls are over.

/** What a puppet does when a call comes by; after its list is used up it lets everything pass. */
type Command =
  | 'pass'
  | 'succeed'
  | 'fail'
  | { readonly wait: number; readonly then: 'on' | 'succeed' | 'fail' };

type LayerPlan =
  | {
      readonly is: 'puppet';
      readonly entering: readonly Command[];
      readonly leaving: readonly (Command | 'again')[];
    }
  | { readonly is: 'timeout'; readonly limit: number }
  | { readonly is: 'retry'; readonly attempts: number; readonly delay: number }
  | { readonly is: 'breaker'; readonly failures: number }
  | { readonly is: 'bulkhead'; readonly queue: number; readonly queueTimeout: number | undefined };

interface AttemptPlan {
  readonly does:
    | 'return'
    | 'throw'
    | 'resolve'
    | 'reject'
    | 'never'
    | 'stop when aborted'
    | 'abort its caller';
  readonly after: number;
  readonly readsSignal: boolean;
}

interface CallPlan {
  readonly starts: number;
  /** The last one repeats. */
  readonly attempts: readonly AttemptPlan[];
  readonly abort: number | undefined;
  readonly deadline: number | undefined;
  readonly outcome: boolean;
}

class Own extends Timer {
  private readonly work: () => void;

  constructor(work: () => void) {
    super();
    this.work = work;
  }

  override fire(): void {
    this.work();
  }
}

/** The test's own side of the world: it knows which timers are its own. */
class Stage {
  readonly world = new ManualWorld();
  own = 0;

  after(millis: number, work: () => void): void {
    this.own++;
    const timer = new Own(() => {
      this.own--;
      work();
    });
    this.world.timers.arm(timer, this.world.clock.now() + millis * 1_000);
  }

  get now(): number {
    return this.world.clock.now() / 1_000;
  }
}

/** Where each call is, as the puppets see it: those that it is inside of, outermost first. */
class Whereabouts {
  private readonly calls = new Map<Execution, number[]>();
  events = 0;
  /** What was out of order. Not thrown: the engine would take that for the policy's failure. */
  readonly disorder: string[] = [];

  enter(execution: Execution, index: number): void {
    this.events++;
    const inside = this.calls.get(execution) ?? [];
    this.calls.set(execution, inside);
    if (inside.some((outer) => outer >= index)) this.disorder.push(`${index} entered inside ${inside}`);
    inside.push(index);
  }

  reach(execution: Execution, index: number): void {
    this.events++;
    const inside = this.calls.get(execution);
    if (inside?.at(-1) !== index) this.disorder.push(`${index} left while inside ${inside}`);
  }

  exit(execution: Execution, index: number): void {
    this.reach(execution, index);
    this.calls.get(execution)?.pop();
  }

  nobodyInside(): boolean {
    return [...this.calls.values()].every((inside) => inside.length === 0);
  }
}

class Scripted extends Puppet {
  readonly thrown: Error[] = [];
  private readonly timers = new Map<Execution, Timer>();

  constructor(stage: Stage, where: Whereabouts, plan: LayerPlan & { is: 'puppet' }, name: string) {
    const entering = new Map<Execution, number>();
    const leaving = new Map<Execution, number>();
    const next = <C>(
      counts: Map<Execution, number>,
      list: readonly C[],
      execution: Execution,
    ): C | 'pass' => {
      const count = counts.get(execution) ?? 0;
      counts.set(execution, count + 1);
      return list[count] ?? 'pass';
    };
    const answer = (execution: Execution, how: 'succeed' | 'fail'): void => {
      if (how === 'succeed') {
        execution.succeed('puppet');
        return;
      }
      const error = new Error(name);
      this.thrown.push(error);
      execution.fail(error);
    };
    const wait = (execution: Execution, millis: number, work: () => void): 'waiting' => {
      const timer = new Own(() => {
        this.timers.delete(execution);
        work();
      });
      this.timers.set(execution, timer);
      stage.world.timers.arm(timer, execution.now + millis * 1_000);
      return 'waiting';
    };
    super(name, stage.world, {
      enter: (execution, index) => {
        const command = next(entering, plan.entering, execution);
        if (command === 'succeed' || command === 'fail') {
          answer(execution, command);
          return 'answered';
        }
        where.enter(execution, index);
        if (command === 'pass') return 'proceed';
        return wait(execution, command.wait, () => {
          if (command.then === 'on') execution.proceed(index);
          else {
            answer(execution, command.then);
            this.inside--;
            where.exit(execution, index);
            execution.answer(index);
          }
        });
      },
      exit: (execution, index) => {
        if (execution.interrupted) {
          where.exit(execution, index);
          return 'pass';
        }
        const command = next(leaving, plan.leaving, execution);
        if (command === 'again') {
          where.reach(execution, index);
          return 'again';
        }
        if (typeof command === 'string') {
          if (command !== 'pass') answer(execution, command);
          where.exit(execution, index);
          return 'pass';
        }
        where.reach(execution, index);
        return wait(execution, command.wait, () => {
          if (command.then === 'on') {
            execution.proceed(index);
            return;
          }
          answer(execution, command.then);
          this.inside--;
          where.exit(execution, index);
          execution.answer(index);
        });
      },
      leave: (execution, index) => {
        const timer = this.timers.get(execution);
        if (timer?.armed !== true) where.disorder.push(`${index} told to leave, but does not wait`);
        else stage.world.timers.disarm(timer);
        this.timers.delete(execution);
        where.exit(execution, index);
      },
    });
  }
}

interface AttemptSeen {
  readonly attempt: Attempt;
  readonly signal: AbortSignal | undefined;
  /** Whether it had ended while somebody still waited for it. */
  ended: boolean;
}

/** One call on the stage, with everything that it saw. */
class Call {
  readonly attempts: AttemptSeen[] = [];
  readonly thrown: unknown[] = [];
  readonly caller = new AbortController();
  readonly usesSignal: boolean;
  settlements: { at: number; ok: boolean; value: unknown }[] = [];
  abortedAt: number | undefined = undefined;
  deadlineAt: number | undefined = undefined;
  listenersLeft = 0;
  private readonly stage: Stage;
  private readonly plan: CallPlan;

  constructor(stage: Stage, plan: CallPlan) {
    this.stage = stage;
    this.plan = plan;
    this.usesSignal = plan.abort !== undefined || plan.attempts.some(({ does }) => needsAbort(does));
  }

  start(pipeline: Pipeline<string, unknown>): void {
    const { stage, plan, caller } = this;
    const abort = plan.abort ?? (this.usesSignal ? 500 : undefined);
    if (abort === 0) this.abort();
    else if (abort !== undefined) stage.after(abort, () => this.abort());
    if (plan.deadline !== undefined) this.deadlineAt = stage.now + plan.deadline;
    const options = {
      ...(this.usesSignal ? { signal: caller.signal } : undefined),
      ...(plan.deadline === undefined ? undefined : { deadline: Deadline.after(plan.deadline, stage.world) }),
    };
    const operation = (attempt: Attempt): unknown => this.operate(attempt);
    if (plan.outcome) {
      pipeline.tryExecute(operation, options).then(
        (outcome) => this.settle(outcome.ok, outcome.ok ? outcome.value : outcome.error),
        () => expect.unreachable('tryExecute never rejects'),
      );
    } else {
      pipeline.execute(operation, options).then(
        (value) => this.settle(true, value),
        (error) => this.settle(false, error),
      );
    }
  }

  private abort(): void {
    this.abortedAt ??= this.stage.now;
    this.caller.abort();
  }

  private settle(ok: boolean, value: unknown): void {
    this.settlements.push({ at: this.stage.now, ok, value });
    this.listenersLeft = getEventListeners(this.caller.signal, 'abort').length;
  }

  private operate(attempt: Attempt): unknown {
    const plan = this.plan.attempts[Math.min(this.attempts.length, this.plan.attempts.length - 1)]!;
    const seen: AttemptSeen = {
      attempt,
      signal: plan.readsSignal ? attempt.signal : undefined,
      ended: false,
    };
    this.attempts.push(seen);
    const end = (): void => {
      seen.ended = !attempt.signal.aborted;
    };
    const failure = (): Error => {
      const error = new Error('operation');
      this.thrown.push(error);
      return error;
    };
    switch (plan.does) {
      case 'return':
        end();
        return 'operation';
      case 'throw':
        end();
        throw failure();
      case 'abort its caller':
        this.abort();
        return 'too late';
      case 'resolve':
        return new Promise((resolve) => {
          this.stage.after(plan.after, () => {
            end();
            resolve('operation');
          });
        });
      case 'reject':
        return new Promise((_, reject) => {
          this.stage.after(plan.after, () => {
            end();
            reject(failure());
          });
        });
      case 'stop when aborted':
        return new Promise((_, reject) => {
          attempt.signal.addEventListener('abort', () => reject(failure()));
        });
      case 'never':
        return new Promise(() => {});
    }
  }
}

function needsAbort(does: AttemptPlan['does']): boolean {
  return does === 'never' || does === 'stop when aborted' || does === 'abort its caller';
}

function layer(plan: LayerPlan, stage: Stage, where: Whereabouts, index: number): AnyPolicy {
  const { world } = stage;
  switch (plan.is) {
    case 'puppet':
      return new Scripted(stage, where, plan, `puppet ${index}`);
    case 'timeout':
      return timeout(plan.limit, { world });
    case 'retry':
      return retry({ world, maxAttempts: plan.attempts, backoff: constant(plan.delay) });
    case 'breaker':
      return circuitBreaker({ world, consecutiveFailures: plan.failures, openDuration: 20 });
    case 'bulkhead': {
      const { queue, queueTimeout } = plan;
      const options = { world, maxConcurrent: 1, maxQueue: queue };
      return bulkhead(queueTimeout === undefined ? options : { ...options, queueTimeout });
    }
  }
}

const millis = fc.integer({ min: 1, max: 30 });
const waiting = fc.record({
  wait: millis,
  then: fc.constantFrom('on' as const, 'on' as const, 'succeed' as const, 'fail' as const),
});
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 4, arbitrary: fc.constant('pass' as const) },
  { weight: 1, arbitrary: fc.constantFrom('succeed' as const, 'fail' as const) },
  { weight: 3, arbitrary: waiting },
);
const anyLayer: fc.Arbitrary<LayerPlan> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      is: fc.constant('puppet' as const),
      entering: fc.array(command, { maxLength: 4 }),
      leaving: fc.array(
        fc.oneof({ weight: 3, arbitrary: command }, { weight: 2, arbitrary: fc.constant('again' as const) }),
        {
          maxLength: 4,
        },
      ),
    }),
  },
  { weight: 2, arbitrary: fc.record({ is: fc.constant('timeout' as const), limit: millis }) },
  {
    weight: 2,
    arbitrary: fc.record({
      is: fc.constant('retry' as const),
      attempts: fc.integer({ min: 1, max: 4 }),
      delay: fc.nat(10),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ is: fc.constant('breaker' as const), failures: fc.integer({ min: 1, max: 3 }) }),
  },
);
const anyBulkhead: fc.Arbitrary<LayerPlan> = fc.record({
  is: fc.constant('bulkhead' as const),
  queue: fc.nat(2),
  queueTimeout: fc.option(millis, { nil: undefined }),
});
const anyAttempt: fc.Arbitrary<AttemptPlan> = fc.record({
  does: fc.constantFrom(
    'return',
    'throw',
    'throw',
    'resolve',
    'resolve',
    'reject',
    'reject',
    'never',
    'stop when aborted',
    'abort its caller',
  ),
  after: millis,
  readsSignal: fc.boolean(),
});
const anyCall: fc.Arbitrary<CallPlan> = fc.record({
  starts: fc.nat(40),
  attempts: fc.array(anyAttempt, { minLength: 1, maxLength: 4 }),
  abort: fc.option(fc.nat(40), { nil: undefined }),
  deadline: fc.option(fc.nat(40), { nil: undefined }),
  outcome: fc.boolean(),
});

describe('the engine', () => {
  test('keeps its promises under every mixture of policies, operations, aborts and time', {
    timeout: 60_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof({ weight: 5, arbitrary: anyLayer }, { weight: 1, arbitrary: anyBulkhead }), {
          maxLength: 5,
        }),
        fc.array(anyCall, { minLength: 1, maxLength: 3 }),
        async (layers, plans) => {
          const stage = new Stage();
          const where = new Whereabouts();
          const policies = layers.map((plan, index) => layer(plan, stage, where, index));
          const pipeline = new Pipeline<string, unknown>(policies, { world: stage.world });
          const calls = plans.map((plan) => new Call(stage, plan));
          calls.forEach((call, index) => {
            stage.after(plans[index]!.starts, () => call.start(pipeline));
          });
          for (let settled = false; !settled; ) {
            await stage.world.advance(1);
            settled = calls.every((call) => call.settlements.length > 0);
            expect(stage.now).toBeLessThan(5_000);
          }

          // Nothing is left behind.
          expect(where.disorder).toEqual([]);
          expect(where.nobodyInside()).toBe(true);
          expect(stage.world.pendingTimers).toBe(stage.own);
          for (const policy of policies) {
            if (policy instanceof Puppet || policy instanceof Bulkhead) expect(policy.idle).toBe(true);
          }
          const { events } = where;

          // Late results change nothing.
          await stage.world.runAll();
          expect(where.events).toBe(events);
          expect(where.disorder).toEqual([]);

          for (const call of calls) inspect(call, policies);
        },
      ),
      { numRuns: 1_500 },
    );
  });

  test('reports a failed call that nobody awaits, once, and none that somebody awaits', async () => {
    const world = new ManualWorld();
    const boom = new Error('nobody looked');
    const pipelines = [
      new Pipeline<string, unknown>([circuitBreaker({ world })]),
      new Pipeline<string, unknown>([
        retry({ world, maxAttempts: 2, backoff: constant(1) }),
        timeout(50, { world }),
      ]),
    ];
    const operations = [
      () => Promise.reject(boom),
      () => {
        throw boom;
      },
      async () => {
        await undefined;
        throw boom;
      },
    ];
    const reported = await unhandledDuring(async () => {
      for (const pipeline of pipelines) {
        for (const operation of operations) {
          pipeline.execute(operation).catch(() => {});
          pipeline.tryExecute(operation);
          pipeline.execute(operation);
        }
      }
      await world.runAll();
    });
    expect(reported).toEqual(Array.from({ length: 6 }, () => boom));
  });
});

function inspect(call: Call, policies: readonly AnyPolicy[]): void {
  const [settlement, ...more] = call.settlements;
  expect(more).toEqual([]);
  const { at, ok, value } = settlement!;
  expect(call.listenersLeft).toBe(0);

  // A caller that gives up, or whose time is over, waits no longer.
  if (call.abortedAt !== undefined) expect(at).toBeLessThanOrEqual(call.abortedAt);
  if (call.deadlineAt !== undefined) expect(at).toBeLessThanOrEqual(call.deadlineAt);

  // An attempt's signal is aborted exactly when nobody waits for it any longer.
  for (const [index, { attempt, ended, signal }] of call.attempts.entries()) {
    expect(attempt.number).toBe(index + 1);
    expect(attempt.signal.aborted).toBe(!ended);
    if (signal !== undefined) expect(signal).toBe(attempt.signal);
  }

  if (ok) {
    expect(['operation', 'puppet']).toContain(value);
    return;
  }
  // What fails is somebody's very own error.
  const own = [
    ...call.thrown,
    ...policies.flatMap((policy) => (policy instanceof Scripted ? policy.thrown : [])),
  ];
  const { code, cause } = value as { code?: string; cause?: unknown };
  if (own.includes(value)) return;
  if (code === 'OPERATION_FAILED') expect(call.thrown).toContain(cause);
  else
    expect([
      'TIMEOUT',
      'BREAKER_OPEN',
      'BULKHEAD_FULL',
      'QUEUE_TIMEOUT',
      'ABORTED',
      'DEADLINE_EXCEEDED',
    ]).toContain(code);
}

/** The unhandled rejections that `work` causes, kept from the test runner. */
async function unhandledDuring(work: () => Promise<void>): Promise<unknown[]> {
  const listeners = process.listeners('unhandledRejection');
  const reported: unknown[] = [];
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', (reason) => reported.push(reason));
  try {
    await work();
    await new Promise((resolve) => setTimeout(resolve, 5));
  } finally {
    process.removeAllListeners('unhandledRejection');
    for (const listener of listeners) process.on('unhandledRejection', listener);
  }
  return reported;
}
