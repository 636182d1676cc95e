import { toMicros } from '@holdfast/core';
import type { Fault, FaultPlan } from '../plan/fault-plan.ts';

/** A way to make a plan simpler; undefined where it does not apply. */
export type Simplification = (plan: FaultPlan) => FaultPlan | undefined;

const networkNames = ['latency', 'loss', 'duplication', 'reordering', 'holdBack', 'bandwidth'] as const;
const diskNames = [
  'latency',
  'failedReads',
  'failedWrites',
  'failedFlushes',
  'lyingFlushes',
  'tornWrites',
  'lostWrites',
  'misdirectedWrites',
  'bitRot',
] as const;

/** Ways to leave conditions out, all of a kind at once before one by one. */
export const conditionSimplifications: readonly Simplification[] = [
  (plan) => without(plan, 'network'),
  (plan) => without(plan, 'disk'),
  (plan) => without(plan, 'switches'),
  (plan) => without(plan, 'damagedHostsMax'),
  ...networkNames.map(
    (name): Simplification =>
      (plan) =>
        withoutIn(plan, 'network', name),
  ),
  ...diskNames.map(
    (name): Simplification =>
      (plan) =>
        withoutIn(plan, 'disk', name),
  ),
];

/**
 * Ways to make each of `faults` faults simpler, and leave it where it is: boldest first. Each may be tried again on its
 * own result.
 */
export function faultSimplifications(faults: number, hosts: readonly string[]): readonly Simplification[] {
  const ways: Simplification[] = [];
  for (let index = 0; index < faults; index++) {
    for (const simplify of simplificationsOfOne(hosts)) {
      ways.push((plan) => {
        const fault = plan.faults?.[index];
        const simpler = fault && simplify(fault);
        return simpler && { ...plan, faults: plan.faults!.with(index, simpler) };
      });
    }
  }
  return ways;
}

type WayToBeBad = (typeof networkNames)[number] | (typeof diskNames)[number];
type FaultSimplification = (fault: Fault) => Fault | undefined;

function simplificationsOfOne(hosts: readonly string[]): readonly FaultSimplification[] {
  return [
    (fault) => (fault.kind === 'wipe' ? { ...fault, kind: 'crash' } : undefined),
    ...hosts.map(
      (host): FaultSimplification =>
        (fault) =>
          aimAt(fault, host),
    ),
    ...hosts.map(
      (host): FaultSimplification =>
        (fault) =>
          dropFromGroups(fault, host),
    ),
    ...[...networkNames, ...diskNames].map(
      (name): FaultSimplification =>
        (fault) =>
          dropField(fault, name),
    ),
    shorten,
  ];
}

/** One host in place of all. */
function aimAt(fault: Fault, host: string): Fault | undefined {
  if ('host' in fault && fault.host === '*') return { ...fault, host };
  if ('to' in fault && fault.to === '*' && fault.from !== host) return { ...fault, to: host };
  if ('from' in fault && fault.from === '*' && fault.to !== host) return { ...fault, from: host };
  return undefined;
}

/** A partition without `host` in the group that names it, as long as some group names somebody. */
function dropFromGroups(fault: Fault, host: string): Fault | undefined {
  if (fault.kind !== 'partition' || !fault.groups.some((group) => group.includes(host))) return undefined;
  const groups = fault.groups
    .map((group) => group.filter((name) => name !== host))
    .filter((group) => group.length > 0);
  return groups.flat().every((name) => name === '*') ? undefined : { ...fault, groups };
}

/** A bad link or disk that is bad in one way less, but in some. */
function dropField(fault: Fault, name: WayToBeBad): Fault | undefined {
  if (fault.kind !== 'degrade' && fault.kind !== 'disk-trouble') return undefined;
  const { at, for: length, kind, ...rest } = fault as Fault & Readonly<Record<string, unknown>>;
  const ways = [...networkNames, ...diskNames].filter((way) => rest[way] !== undefined);
  if (ways.length < 2 || !ways.includes(name)) return undefined;
  const { [name]: _dropped, ...simpler } = rest;
  return { at, ...(length !== undefined && { for: length }), kind, ...simpler } as unknown as Fault;
}

/** Half as long, in whole milliseconds. */
function shorten(fault: Fault): Fault | undefined {
  if (fault.for === undefined) return undefined;
  const half = Math.floor(toMicros(fault.for) / 2_000) * 1_000;
  return half === 0 ? undefined : { ...fault, for: formatExactly(half) };
}

function formatExactly(micros: number): `${number}ms` {
  return `${micros / 1_000}ms`;
}

function without(
  plan: FaultPlan,
  name: 'network' | 'disk' | 'switches' | 'damagedHostsMax',
): FaultPlan | undefined {
  const { [name]: dropped, ...rest } = plan;
  return dropped === undefined ? undefined : (rest as FaultPlan);
}

function withoutIn(plan: FaultPlan, part: 'network' | 'disk', name: string): FaultPlan | undefined {
  const conditions = plan[part] as Readonly<Record<string, unknown>> | undefined;
  if (conditions === undefined || conditions[name] === undefined) return undefined;
  const { [name]: _dropped, ...rest } = conditions;
  return { ...plan, [part]: rest };
}
