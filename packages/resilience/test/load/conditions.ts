import { type ManualWorld, Timer, toMicros } from '@holdfast/core';
import { meanOf } from './draw.ts';
import type { Change, Conditions, LoadProfile } from './profile.ts';

/** What holds from `at` (microseconds) on. */
export interface Phase {
  readonly at: number;
  readonly until: number;
  readonly conditions: Conditions;
}

export function phasesOf(profile: LoadProfile): readonly Phase[] {
  const end = toMicros(profile.duration);
  const starts: Change[] = [{ at: 0 }, ...profile.changes];
  let conditions = profile.start;
  return starts.map(({ at, ...change }, index) => {
    conditions = { ...conditions, ...change };
    const next = starts[index + 1];
    return { at: toMicros(at), until: next === undefined ? end : toMicros(next.at), conditions };
  });
}

/** What the service can do, calls per second. */
export function capacityOf({ servers, service }: Conditions): number {
  return (servers * 1_000_000) / meanOf(service);
}

/** The best limit (Little's law at the knee): enough calls to keep every server busy, and none that queues. */
export function optimumOf({ servers, service, delay }: Conditions): number {
  return (servers * (meanOf(service) + meanOf(delay))) / meanOf(service);
}

/** Successes that a perfect limit could give in `phase`. */
export function attainableIn(phase: Phase, from: number): number {
  const { offered, failures } = phase.conditions;
  const seconds = Math.max(0, phase.until - Math.max(from, phase.at)) / 1_000_000;
  return Math.min(offered * (1 - failures), capacityOf(phase.conditions)) * seconds;
}

/** Calls `enter` with each phase when it begins. */
export function scheduleConditions(
  world: ManualWorld,
  profile: LoadProfile,
  enter: (conditions: Conditions) => void,
): void {
  for (const phase of phasesOf(profile)) {
    if (phase.at > 0) world.timers.arm(new PhaseStart(() => enter(phase.conditions)), phase.at);
  }
}

class PhaseStart extends Timer {
  private readonly begin: () => void;

  constructor(begin: () => void) {
    super();
    this.begin = begin;
  }

  override fire(): void {
    this.begin();
  }
}
