import { assert, invalidArgument, Timer, type Timers } from '@holdfast/core';
import { type EventQueue, isHeld } from '../simulation/event-queue.ts';
import type { HostClock } from './host-clock.ts';
import type { HostProcess } from './host-process.ts';

/**
 * The timers of one process, in the time of its host's clock. Each armed timer has an alarm, which is its event in the
 * world; alarms are used again. When the process ends, all are disarmed and none can be armed any more.
 */
export class HostTimers implements Timers {
  readonly #queue: EventQueue;
  readonly #clock: HostClock;
  readonly #process: HostProcess;
  /** An armed timer's `slot` is the index of its alarm. */
  readonly #alarms: Alarm[] = [];
  readonly #free: Alarm[] = [];
  #armings = 0;

  constructor(queue: EventQueue, clock: HostClock, process: HostProcess) {
    this.#queue = queue;
    this.#clock = clock;
    this.#process = process;
  }

  /** How many timers are armed. */
  get size(): number {
    return this.#alarms.length - this.#free.length;
  }

  arm(timer: Timer, due: number): void {
    if (!(due <= Number.MAX_SAFE_INTEGER)) {
      throw invalidArgument('due', due, 'a time in whole microseconds up to 2^53 - 1');
    }
    if (!this.#process.alive) return;
    const alarm = timer.slot === -1 ? this.#takeAlarm(timer) : this.#alarmOf(timer);
    timer.due = due;
    alarm.arming = this.#armings++;
    this.#queue.arm(alarm, this.#trueTimeOf(due));
  }

  disarm(timer: Timer): void {
    if (timer.slot === -1 || !this.#process.alive) return;
    const alarm = this.#alarmOf(timer);
    this.#queue.disarm(alarm);
    this.#release(alarm);
  }

  /** Called by `alarm` when its time has come. */
  ring(alarm: Alarm): void {
    if (!this.#process.lets(alarm)) return;
    const timer = alarm.target!;
    this.#release(alarm);
    this.#process.fire(timer);
  }

  /** Arms every alarm again for its time, which the host's clock now reaches sooner or later than it was to. */
  rearm(): void {
    const armed = this.#alarms.filter((alarm) => alarm.target !== undefined && !isHeld(alarm));
    armed.sort((a, b) => a.arming - b.arming);
    for (const alarm of armed) this.#queue.arm(alarm, this.#trueTimeOf(alarm.target!.due));
  }

  /** Disarms all for good, when the process has ended. */
  end(): void {
    for (const alarm of this.#alarms) {
      if (alarm.target === undefined) continue;
      this.#queue.disarm(alarm);
      alarm.target.slot = -1;
      alarm.target = undefined;
    }
    this.#alarms.length = 0;
    this.#free.length = 0;
  }

  /** A time that the host's clock reaches after the end of all time counts as that. */
  #trueTimeOf(due: number): number {
    return Math.min(this.#clock.trueTimeOf(due), Number.MAX_SAFE_INTEGER);
  }

  #alarmOf(timer: Timer): Alarm {
    const alarm = this.#alarms[timer.slot];
    assert(alarm?.target === timer, 'a timer belongs to one process at a time');
    return alarm!;
  }

  #takeAlarm(timer: Timer): Alarm {
    let alarm = this.#free.pop();
    if (alarm === undefined) {
      alarm = new Alarm(this, this.#alarms.length);
      this.#alarms.push(alarm);
    }
    alarm.target = timer;
    timer.slot = alarm.index;
    return alarm;
  }

  #release(alarm: Alarm): void {
    alarm.target!.slot = -1;
    alarm.target = undefined;
    this.#free.push(alarm);
  }
}

class Alarm extends Timer {
  readonly index: number;
  target: Timer | undefined;
  /** Orders alarms as their timers were armed. */
  arming = 0;
  readonly #timers: HostTimers;

  constructor(timers: HostTimers, index: number) {
    super();
    this.#timers = timers;
    this.index = index;
  }

  override fire(): void {
    this.#timers.ring(this);
  }
}
