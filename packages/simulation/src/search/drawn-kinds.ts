import type { TroubleKind } from '../plan/fault-plan.ts';
import { troubleKinds } from '../plan/plan-shape.ts';
import type { FaultProfile } from '../scenario/scenario.ts';

/** The kinds of timed faults that a search draws: those of the profile, else all that leave no disk damaged for good. */
export function drawnKinds(profile: FaultProfile | undefined): readonly TroubleKind[] {
  return profile?.kinds ?? troubleKinds.filter((kind) => kind !== 'wipe');
}

/** How many hosts may be away at the same time: a minority, or one where there is no minority. */
export function hostsDownMaxOf({ hostsDownMax }: FaultProfile, hosts: number): number {
  return hostsDownMax ?? Math.max(1, Math.floor((hosts - 1) / 2));
}
