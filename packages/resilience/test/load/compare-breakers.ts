import { ManualWorld, type Random, toMicros } from '@holdfast/core';
import { adaptiveBreaker } from '../../src/adaptive/adaptive-breaker.ts';
import { type CircuitBreaker, circuitBreaker } from '../../src/breaker/circuit-breaker.ts';
import type { FaultProfile } from './profile.ts';
import { faultProfiles } from './profiles.ts';

/** The contestants: the same window and the same time open; they differ in the threshold alone. */
const window = { type: 'count', size: 100 } as const;
export const breakers: Readonly<Record<string, (world: ManualWorld) => CircuitBreaker>> = {
  adaptive: (world) => adaptiveBreaker({ world, windowSize: 100 }),
  'fixed 50 %': (world) => circuitBreaker({ world, window, failureRate: 0.5 }),
  'fixed 20 %': (world) => circuitBreaker({ world, window, failureRate: 0.2 }),
};

export interface BreakerResult {
  readonly profile: string;
  readonly breaker: string;
  /** Share of the calls in faults that were let through. */
  readonly letThrough: number;
  /** Share of the calls outside of faults that were refused. */
  readonly refused: number;
  /** Share of all calls that were treated wrongly: let through in a fault or refused outside of one. */
  readonly wrong: number;
}

export function runBreaker(profile: FaultProfile, name: string): BreakerResult {
  const world = new ManualWorld({ seed: profile.seed });
  const breaker = breakers[name]!(world);
  const random = world.random.fork('faults');
  const end = toMicros(profile.duration);
  const calls = { inFault: 0, healthy: 0, letThrough: 0, refused: 0 };
  while (world.clock.now() < end) {
    const { failing, fault } = situationAt(profile, world.clock.now(), random);
    const letThrough = isLetThrough(breaker, failing);
    if (fault) calls.inFault++;
    else calls.healthy++;
    if (fault && letThrough) calls.letThrough++;
    if (!fault && !letThrough) calls.refused++;
    world.advanceSync(1_000 / profile.offered);
  }
  return {
    profile: profile.name,
    breaker: name,
    letThrough: calls.letThrough / Math.max(1, calls.inFault),
    refused: calls.refused / Math.max(1, calls.healthy),
    wrong: (calls.letThrough + calls.refused) / (calls.inFault + calls.healthy),
  };
}

export function compareBreakers(): readonly BreakerResult[] {
  return faultProfiles.flatMap((profile) => Object.keys(breakers).map((name) => runBreaker(profile, name)));
}

function isLetThrough(breaker: CircuitBreaker, failing: boolean): boolean {
  let ran = false;
  breaker.tryExecuteSync(() => {
    ran = true;
    if (failing) throw new Error('the fault');
  });
  return ran;
}

function situationAt(
  profile: FaultProfile,
  now: number,
  random: Random,
): { failing: boolean; fault: boolean } {
  const { spans } = profile;
  const index = spans.findLastIndex(({ at }) => now >= toMicros(at));
  const { at, failures, failuresAtEnd = failures, fault } = spans[index]!;
  const from = toMicros(at);
  const to = toMicros(spans[index + 1]?.at ?? profile.duration);
  const share = failures + ((failuresAtEnd - failures) * (now - from)) / (to - from);
  return { failing: random.float() < share, fault };
}
