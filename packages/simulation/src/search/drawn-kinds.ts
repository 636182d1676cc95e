import type { FaultAtlasOptions } from '../disk/fault-atlas.ts';
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

/** How far disks may be damaged for good: by default on as many hosts as may be away. */
export function damageOf(profile: FaultProfile, hosts: number): FaultAtlasOptions {
  return { damagedHostsMax: hostsDownMaxOf(profile, hosts), ...profile.lastingDamage };
}
