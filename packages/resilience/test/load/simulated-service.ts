import { type ManualWorld, type Random, Timer } from '@holdfast/core';
import { drawLatency } from './draw.ts';
import type { Conditions } from './profile.ts';

/** Called once, when the service answers: whether it did the work. */
export type Answered = (ok: boolean) => void;

/** How many calls may queue; those that find it full fail at once. */
const queueLengthMax = 100_000;

/**
 * A service of some servers behind one queue (G/G/c), in the time of a ManualWorld. It works off whatever has been
 * submitted, whether or not somebody still waits for the answer.
 */
export class SimulatedService {
  conditions: Conditions;
  private readonly world: ManualWorld;
  private readonly random: Random;
  private queue: Job[] = [];
  private head = 0;
  private busy = 0;

  constructor(world: ManualWorld, conditions: Conditions, random: Random) {
    this.world = world;
    this.conditions = conditions;
    this.random = random;
  }

  submit(answered: Answered): void {
    const job = new Job(this, answered);
    this.world.timers.arm(job, this.world.clock.now() + drawLatency(this.conditions.delay, this.random));
  }

  /** Calls that wait for a server. */
  get queueLength(): number {
    return this.queue.length - this.head;
  }

  /** After a change of `conditions`: new servers take up work. */
  serve(): void {
    while (this.busy < this.conditions.servers && this.queueLength > 0) {
      const job = this.queue[this.head++]!;
      if (this.head > 1_000 && this.head * 2 > this.queue.length) {
        this.queue = this.queue.slice(this.head);
        this.head = 0;
      }
      this.busy++;
      job.serving = true;
      this.world.timers.arm(job, this.world.clock.now() + drawLatency(this.conditions.service, this.random));
    }
  }

  arrived(job: Job): void {
    const { failures, hung } = this.conditions;
    const fate = this.random.float();
    if (fate < hung) return;
    if (fate < hung + failures || this.queueLength >= queueLengthMax) {
      job.answered(false);
      return;
    }
    this.queue.push(job);
    this.serve();
  }

  served(job: Job): void {
    this.busy--;
    this.serve();
    job.answered(true);
  }
}

class Job extends Timer {
  readonly answered: Answered;
  serving = false;
  private readonly service: SimulatedService;

  constructor(service: SimulatedService, answered: Answered) {
    super();
    this.service = service;
    this.answered = answered;
  }

  override fire(): void {
    if (this.serving) this.service.served(this);
    else this.service.arrived(this);
  }
}
