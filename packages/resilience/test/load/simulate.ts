import { ManualWorld, type Random, Timer, toMicros } from '@holdfast/core';
import { attainableIn, phasesOf, scheduleConditions } from './conditions.ts';
import { drawExponential } from './draw.ts';
import type { LoadProfile } from './profile.ts';
import { SimulatedService } from './simulated-service.ts';

/** How a call that was let in ended for its client. */
export type CallEnd = 'success' | 'failure' | 'timeout';

/** What stands between clients and service: the thing that is judged. */
export interface Gate {
  /** Lets a call in (a ticket for {@link exit}) or refuses it (undefined). */
  enter(now: number, priority: number): number | undefined;
  exit(ticket: number, now: number, end: CallEnd): void;
  /** Microseconds a client waits for an answer; undefined for the profile's time-out. */
  timeout?(now: number): number;
  /** The limit in force, for the record. */
  readonly limit?: number;
}

/** What a run came to. Figures leave out the warm-up. */
export interface LoadReport {
  /** Successes, as a share of what a perfect limit could have given. */
  readonly goodput: number;
  readonly offered: number;
  readonly attempts: number;
  readonly successes: number;
  readonly failures: number;
  readonly timeouts: number;
  readonly refusals: number;
  /** Of the successes, microseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Mean time a client spent in a call that was let in, microseconds. */
  readonly spentMean: number;
  /** Mean time a client spent in a call that it gave up, microseconds. */
  readonly timeoutMean: number;
  /** The mean limit in each tenth of a second of the whole run. */
  readonly limits: readonly number[];
  /** First tries, and those of them that were refused, by priority. */
  readonly priorities: readonly { readonly offered: number; readonly refused: number }[];
}

/** What a run leaves out of its figures, microseconds. */
export const warmUp = 5_000_000;
const sampleEvery = 10_000;
const samplesPerMean = 10;
const retryAfter = 50_000;
/** Priorities are drawn evenly from 0 to 3. */
const priorityCount = 4;

/** Runs `profile` through `gate`. Deterministic: the profile holds the seed. */
export function simulate(profile: LoadProfile, gate: (world: ManualWorld) => Gate): LoadReport {
  const world = new ManualWorld({ seed: profile.seed });
  const run = new Run(world, profile, gate(world));
  world.advanceSync(profile.duration);
  return run.report();
}

class Run {
  readonly world: ManualWorld;
  readonly gate: Gate;
  readonly service: SimulatedService;
  readonly profile: LoadProfile;
  private readonly timeout: number;
  private readonly arrivals: Random;
  private offered = 0;
  private attempts = 0;
  private successes = 0;
  private failures = 0;
  private timeouts = 0;
  private refusals = 0;
  private spent = 0;
  private spentInTimeouts = 0;
  private readonly latencies: number[] = [];
  private readonly limits: number[] = [];
  private limitSum = 0;
  private limitSamples = 0;
  private readonly priorities = Array.from({ length: priorityCount }, () => ({ offered: 0, refused: 0 }));

  constructor(world: ManualWorld, profile: LoadProfile, gate: Gate) {
    this.world = world;
    this.profile = profile;
    this.gate = gate;
    this.timeout = toMicros(profile.timeout);
    this.arrivals = world.random.fork('arrivals');
    this.service = new SimulatedService(world, profile.start, world.random.fork('service'));
    scheduleConditions(world, profile, (conditions) => {
      this.service.conditions = conditions;
      this.service.serve();
    });
    new Repeat(this, () => this.arrive()).schedule(this.nextArrival());
    if (gate.limit !== undefined) new Repeat(this, () => this.sample()).schedule(sampleEvery);
  }

  start(priority: number, triesLeft: number): void {
    const { world, gate } = this;
    const now = world.clock.now();
    const measured = now >= warmUp;
    if (measured) this.attempts++;
    const ticket = gate.enter(now, priority);
    if (ticket === undefined) {
      if (measured) this.refusals++;
      if (measured && triesLeft === this.profile.retries) this.priorities[priority]!.refused++;
      this.retry(priority, triesLeft);
      return;
    }
    const call = new Call(this, ticket, priority, triesLeft, now);
    world.timers.arm(call, now + (gate.timeout?.(now) ?? this.timeout));
    this.service.submit((ok) => call.end(ok ? 'success' : 'failure'));
  }

  ended(call: Call, end: CallEnd): void {
    const now = this.world.clock.now();
    this.gate.exit(call.ticket, now, end);
    if (call.startedAt >= warmUp) {
      this.spent += now - call.startedAt;
      if (end === 'success') {
        this.successes++;
        this.latencies.push(now - call.startedAt);
      } else if (end === 'failure') this.failures++;
      else {
        this.timeouts++;
        this.spentInTimeouts += now - call.startedAt;
      }
    }
    if (end !== 'success') this.retry(call.priority, call.triesLeft);
  }

  report(): LoadReport {
    const { offered, attempts, successes, failures, timeouts, refusals, limits, priorities } = this;
    const attainable = phasesOf(this.profile).reduce((sum, phase) => sum + attainableIn(phase, warmUp), 0);
    const sorted = Float64Array.from(this.latencies).sort();
    const quantile = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
    const ended = successes + failures + timeouts;
    return {
      goodput: successes / attainable,
      ...{ offered, attempts, successes, failures, timeouts, refusals, limits, priorities },
      p50: quantile(0.5),
      p99: quantile(0.99),
      spentMean: this.spent / Math.max(1, ended),
      timeoutMean: this.spentInTimeouts / Math.max(1, timeouts),
    };
  }

  private arrive(): number {
    const priority = this.arrivals.below(priorityCount);
    if (this.world.clock.now() >= warmUp) {
      this.offered++;
      this.priorities[priority]!.offered++;
    }
    this.start(priority, this.profile.retries);
    return this.nextArrival();
  }

  private nextArrival(): number {
    const between = 1_000_000 / this.service.conditions.offered;
    return Math.max(1, Math.round(between * drawExponential(this.arrivals)));
  }

  private sample(): number {
    this.limitSum += this.gate.limit ?? 0;
    if (++this.limitSamples === samplesPerMean) {
      this.limits.push(this.limitSum / samplesPerMean);
      this.limitSum = 0;
      this.limitSamples = 0;
    }
    return sampleEvery;
  }

  private retry(priority: number, triesLeft: number): void {
    if (triesLeft === 0) return;
    const again = new Repeat(this, () => {
      this.start(priority, triesLeft - 1);
      return undefined;
    });
    again.schedule(retryAfter);
  }
}

/** Does something now and again: as long as it says how soon. */
class Repeat extends Timer {
  private readonly run: Run;
  private readonly action: () => number | undefined;

  constructor(run: Run, action: () => number | undefined) {
    super();
    this.run = run;
    this.action = action;
  }

  schedule(delay: number): void {
    const { world } = this.run;
    world.timers.arm(this, world.clock.now() + delay);
  }

  override fire(): void {
    const delay = this.action();
    if (delay !== undefined) this.schedule(delay);
  }
}

/** A call that was let in, with the time at which its client gives up. */
class Call extends Timer {
  readonly ticket: number;
  readonly priority: number;
  readonly triesLeft: number;
  readonly startedAt: number;
  private readonly run: Run;
  private over = false;

  constructor(run: Run, ticket: number, priority: number, triesLeft: number, startedAt: number) {
    super();
    this.run = run;
    this.ticket = ticket;
    this.priority = priority;
    this.triesLeft = triesLeft;
    this.startedAt = startedAt;
  }

  override fire(): void {
    this.end('timeout');
  }

  end(end: CallEnd): void {
    if (this.over) return;
    this.over = true;
    this.run.world.timers.disarm(this);
    this.run.ended(this, end);
  }
}
