import type { Random } from '@holdfast/core';

export interface ShedderSettings {
  /** Priorities it tells apart, 0 to this less one; those above count as the last. */
  readonly priorities: number;
  /** A call that finds the load this high has found an overload. */
  readonly loadMax: number;
  /** Microseconds between two decisions. */
  readonly interval: number;
}

/** The share of calls that may find an overload. */
const overloadedShare = 0.01;
/** Calls that an interval must have seen before it counts. */
const callsMin = 20;
/** The deepest step down, as a share of the level. */
const stepDownMost = 0.25;
/** The step up, in priorities. */
const stepUp = 0.01;

/**
 * Admission by priority (Zhou et al., "Overload Control for Scaling WeChat Microservices", SoCC 2018, named
 * DAGOR): one level says who comes in. Priorities below it all do, those above do not, and of the one it falls
 * into as large a share as the level's fraction. The level sinks while calls find an overload and rises slowly
 * otherwise. Pure.
 */
export class ShedderCore {
  /** From 0, nobody, to the number of priorities, everybody. */
  level: number;
  private readonly settings: ShedderSettings;
  private intervalEnd = 0;
  private calls = 0;
  private overloaded = 0;

  constructor(settings: ShedderSettings) {
    this.settings = settings;
    this.level = settings.priorities;
  }

  /** Whether a call of `priority`, which finds `load` (0 to 1), comes in. */
  admit(priority: number, load: number, now: number, random: Random): boolean {
    if (now >= this.intervalEnd) this.decide(now);
    const { priorities, loadMax } = this.settings;
    const share = this.level - Math.min(priority, priorities - 1);
    if (share <= 0 || (share < 1 && random.float() >= share)) return false;
    this.calls++;
    if (load >= loadMax) this.overloaded++;
    return true;
  }

  private decide(now: number): void {
    const { priorities, interval } = this.settings;
    const share = this.calls === 0 ? 0 : this.overloaded / this.calls;
    if (share <= overloadedShare) this.level = Math.min(priorities, this.level + stepUp);
    else if (this.calls >= callsMin)
      this.level = Math.max(1, this.level * (1 - Math.min(stepDownMost, share / 2)));
    else if (now < this.intervalEnd + interval) return;
    this.calls = 0;
    this.overloaded = 0;
    this.intervalEnd = now + interval;
  }
}
