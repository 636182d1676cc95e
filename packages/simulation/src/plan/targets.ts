import type { SimulatedHost, Simulation } from '../simulation/simulation.ts';

/**
 * The hosts that a plan's word stands for now: the one of that name, all for `'*'`, and for `'@role'` one of those that
 * say they have the role, or none. Which one is drawn for `purpose` alone, so that another fault more or less does not
 * change it.
 */
export function targets(aim: string, purpose: string, simulation: Simulation): readonly SimulatedHost[] {
  if (aim === '*') return simulation.hosts;
  if (!aim.startsWith('@')) return [simulation.host(aim)];
  const role = aim.slice(1);
  const candidates = simulation.hosts.filter((host) => host.describe().role === role);
  if (candidates.length < 2) return candidates;
  return [candidates[simulation.choices.site('target', `${aim} ${purpose}`).below(candidates.length)]!];
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
