import { invalidArgument } from '@holdfast/core';
import { troubleKinds } from '../plan/plan-shape.ts';
import type { AnyScenario } from './scenario.ts';

/** @throws HoldfastError INVALID_ARGUMENT which names the part of a scenario that cannot work. */
export function checkScenario({ hosts, invariants = {}, operations, perform, faults }: AnyScenario): void {
  if (Object.keys(hosts).length === 0) throw invalidArgument('hosts', hosts, 'at least one host');
  for (const [name, program] of Object.entries(hosts)) checkFunction(`hosts.${name}`, program);
  for (const [name, holds] of Object.entries(invariants)) checkFunction(`invariants['${name}']`, holds);
  if (operations !== undefined) checkFunction('perform', perform);
  for (const [index, kind] of (faults?.kinds ?? []).entries()) {
    if (troubleKinds.includes(kind)) continue;
    throw invalidArgument(`faults.kinds[${index}]`, kind, `one of ${troubleKinds.join(', ')}`);
  }
}

function checkFunction(field: string, value: unknown): void {
  if (typeof value !== 'function') throw invalidArgument(field, value, 'a function');
}
