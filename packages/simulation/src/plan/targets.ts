import type { SimulatedHost, Simulation } from '../simulation/simulation.ts';
import type { Fault } from './fault-plan.ts';

/**
 * The hosts that a plan's word stands for now: the one of that name, all for `'*'`, and for `'@role'` or `'@role/phase'`
 * one of those that say they are in it, or none. Which one is drawn for `purpose` alone, so that another fault more or
 * less does not change it.
 */
export function targets(aim: string, purpose: string, simulation: Simulation): readonly SimulatedHost[] {
  if (aim === '*') return simulation.hosts;
  if (!aim.startsWith('@')) return [simulation.host(aim)];
  const [role, phase] = aim.slice(1).split('/');
  const candidates = simulation.hosts.filter((host) => {
    const description = host.describe();
    return description.role === role && (phase === undefined || description.phase === phase);
  });
  if (candidates.length < 2) return candidates;
  return [candidates[simulation.choices.site('target', `${aim} ${purpose}`).below(candidates.length)]!];
}

/** Whether a fault waits until there is somebody in a phase that it is aimed at. */
export function waitsForPhase(fault: Fault): boolean {
  if ('host' in fault) return isPhase(fault.host);
  if ('from' in fault) return isPhase(fault.from) || isPhase(fault.to);
  return fault.groups.flat().some(isPhase);
}

function isPhase(aim: string): boolean {
  return aim.startsWith('@') && aim.includes('/');
}

/**
 * The hosts of each group of a partition. A host belongs to the first group that names it, by its name or its role;
 * `'*'` is everybody whom no group names. Who is in no group makes up a last group.
 */
export function partitionGroups(
  groups: readonly (readonly string[])[],
  purpose: string,
  simulation: Simulation,
): readonly (readonly SimulatedHost[])[] {
  const groupOf = new Map<SimulatedHost, number>();
  for (const [index, group] of groups.entries()) {
    for (const aim of group) {
      if (aim === '*') continue;
      for (const host of targets(aim, purpose, simulation)) {
        if (!groupOf.has(host)) groupOf.set(host, index);
      }
    }
  }
  const everybodyElse = groups.findIndex((group) => group.includes('*'));
  const last = everybodyElse === -1 ? groups.length : everybodyElse;
  const resolved: SimulatedHost[][] = Array.from({ length: groups.length + 1 }, () => []);
  for (const host of simulation.hosts) resolved[groupOf.get(host) ?? last]!.push(host);
  return resolved.filter((group) => group.length > 0);
}
