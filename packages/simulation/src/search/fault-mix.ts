import type { Random } from '@holdfast/core';
import type { DiskConditions, NetworkConditions, TroubleKind } from '../plan/fault-plan.ts';
import type { FaultProfile } from '../scenario/scenario.ts';
import { drawnKinds, hostsDownMaxOf } from './drawn-kinds.ts';
import { pick } from './picking.ts';

/** What the plans of one seed are drawn from. */
export interface FaultMix {
  readonly kinds: readonly TroubleKind[];
  /** How many faults a plan is to have. */
  readonly faults: number;
  /** The longest that a fault may last, in milliseconds. */
  readonly lengthMax: number;
  /** How many hosts may be down, standing still, wiped or cut off at the same time. */
  readonly hostsDownMax: number;
  readonly network: NetworkConditions;
  readonly disk: DiskConditions;
  /** Share of rare branches that are on. */
  readonly switches: number;
}

/** The mix that all seeds of the `random` strategy share: a little of everything. */
export function fixedMix(profile: FaultProfile, hosts: number, storm: number): FaultMix {
  return {
    kinds: drawnKinds(profile),
    faults: 6,
    lengthMax: lengthMaxOf(storm, 4),
    hostsDownMax: hostsDownMaxOf(profile, hosts),
    network: { loss: 0.01, duplication: 0.005, reordering: 0.01 },
    disk: {},
    switches: 0.1,
  };
}

/**
 * A mix of a seed's own: some kinds of faults are left out altogether, others become frequent, so that between them the
 * seeds reach what an average of everything hardly ever does (Groce et al., Swarm Testing, ISSTA 2012).
 */
export function swarmMix(profile: FaultProfile, hosts: number, storm: number, random: Random): FaultMix {
  const kinds = drawnKinds(profile).filter(() => random.below(2) === 0);
  const hostsDownMax = hostsDownMaxOf(profile, hosts);
  const slowNetwork = random.below(4) === 0;
  const slowDisks = random.below(4) === 0;
  return {
    kinds,
    faults: pick([0, 1, 2, 3, 5, 8, 13, 21], random),
    lengthMax: lengthMaxOf(storm, pick([1, 2, 4, 16], random)),
    hostsDownMax: hostsDownMax === 0 ? 0 : 1 + random.below(hostsDownMax),
    network: {
      ...some('loss', pick([0, 0, 0.001, 0.01, 0.05, 0.2], random)),
      ...some('duplication', pick([0, 0, 0.01, 0.1], random)),
      ...some('reordering', pick([0, 0, 0.01, 0.1], random)),
      ...(random.below(4) === 0 && { holdBack: '500ms' as const }),
      ...(slowNetwork && { latency: { min: '500us', max: '20ms' } as const }),
    },
    disk: {
      ...(slowDisks && { latency: { min: '1ms', max: '20ms' } as const }),
      ...lastingDamage(profile, random),
    },
    switches: pick([0, 0.05, 0.25, 0.5], random),
  };
}

function lastingDamage({ lastingDamage: allowed }: FaultProfile, random: Random): DiskConditions {
  if (allowed === undefined) return {};
  const ways = allowed.of ?? (['bitRot', 'misdirectedWrites'] as const);
  return Object.assign({}, ...ways.map((way) => some(way, pick([0, 0, 0.001, 0.01, 0.1], random))));
}

function some(name: string, share: number): Readonly<Record<string, number>> {
  return share === 0 ? {} : { [name]: share };
}

/** Milliseconds; `storm` is in microseconds. */
function lengthMaxOf(storm: number, divisor: number): number {
  return Math.max(1, Math.floor(storm / 1_000 / divisor));
}
