import { TimeoutLearner } from '../../src/adaptive/timeout-learner.ts';
import type { LoadProfile } from './profile.ts';
import { timeoutProfiles } from './profiles.ts';
import { type Gate, simulate } from './simulate.ts';

function adaptive(): Gate {
  const learner = new TimeoutLearner({
    share: 0.99,
    factor: 2,
    min: 10_000,
    max: 1_000_000,
    window: 30_000_000,
  });
  return {
    enter: (now) => now,
    exit: (startedAt, now, end) => {
      if (end === 'success') learner.answered(now - startedAt, now);
    },
    timeout: () => learner.next(),
  };
}

function fixed(micros: number): Gate {
  return { enter: (now) => now, exit: () => {}, timeout: () => micros };
}

/** The contestants. The tight one suits what most profiles begin with, the other one all of them. */
export const timeouts: Readonly<Record<string, () => Gate>> = {
  adaptive,
  'fixed 200 ms': () => fixed(200_000),
  'fixed 1 s': () => fixed(1_000_000),
};

export interface TimeoutResult {
  readonly profile: string;
  readonly timeout: string;
  /** Successes, as a share of the calls that would be answered within a second. */
  readonly answered: number;
  /** Mean time that a call without an answer cost its client, microseconds. */
  readonly wasted: number;
}

export function runTimeout(profile: LoadProfile, name: string): TimeoutResult {
  const report = simulate(profile, timeouts[name]!);
  const ended = report.successes + report.timeouts;
  const answerable = ended * (1 - profile.start.hung);
  return {
    profile: profile.name,
    timeout: name,
    answered: Math.min(1, report.successes / answerable),
    wasted: report.timeoutMean,
  };
}

export function compareTimeouts(): readonly TimeoutResult[] {
  return timeoutProfiles.flatMap((profile) => Object.keys(timeouts).map((name) => runTimeout(profile, name)));
}
