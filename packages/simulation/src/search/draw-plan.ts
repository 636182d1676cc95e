import { seededRandom } from '@holdfast/core';
import type { FaultPlan } from '../plan/fault-plan.ts';
import type { RunStrategy } from '../scenario/run-result.ts';
import type { FaultProfile } from '../scenario/scenario.ts';
import { drawFaults } from './draw-faults.ts';
import { drawPriorities } from './draw-priorities.ts';
import { drawnKinds } from './drawn-kinds.ts';
import { fixedMix, swarmMix } from './fault-mix.ts';

export interface DrawPlanOptions {
  readonly seed: number | string;
  readonly strategy: RunStrategy;
  readonly hosts: readonly string[];
  /** Roles that faults may aim at, and their phases. */
  readonly roles: Readonly<Record<string, readonly string[]>>;
  /** How long the storm is, in microseconds. */
  readonly storm: number;
  readonly profile: FaultProfile;
}

/** The plan that a seed stands for. Where the profile's base sets a condition, it stays so. */
export function drawPlan({ seed, strategy, hosts, roles, storm, profile }: DrawPlanOptions): FaultPlan {
  const random = seededRandom(seed).fork('plan');
  const mix =
    strategy === 'random'
      ? fixedMix(profile, hosts.length, storm)
      : swarmMix(profile, hosts.length, storm, random.fork('mix'));
  const { base = { version: 1 } } = profile;
  const priorities =
    strategy === 'priorities' && drawnKinds(profile).includes('slow')
      ? drawPriorities(hosts, storm, random.fork('priorities'))
      : [];
  const faults = [...priorities, ...drawFaults(mix, hosts, roles, storm, random.fork('faults'))];
  const network = { ...mix.network, ...base.network };
  const disk = { ...mix.disk, ...base.disk };
  const switches = base.switches ?? mix.switches;
  return {
    ...base,
    ...(Object.keys(network).length > 0 && { network }),
    ...(Object.keys(disk).length > 0 && { disk }),
    ...(switches > 0 && { switches }),
    faults: [...(base.faults ?? []), ...faults],
  };
}
