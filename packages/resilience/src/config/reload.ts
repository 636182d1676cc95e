import type { World } from '@holdfast/core';
import type { AnyPolicy } from '../pipeline/policy.ts';
import { type Assembly, identityOf, type Part, policyOf } from './assembly.ts';
import type { PolicyType } from './configuration.ts';
import { policyKinds } from './policy-types.ts';

/**
 * What a reload has done to one policy: `reconfigured` keeps its state; `replaced` is a new one, because its type has
 * no state to keep or because what changed cannot change while it runs.
 */
export interface ConfigurationChange {
  readonly type: PolicyType | 'budget';
  readonly name: string;
  readonly change: 'added' | 'removed' | 'reconfigured' | 'replaced';
}

/** Brings what `former` holds over to `next`, which has been assembled on top of it. Cannot fail. */
export function carryOver(
  former: Assembly,
  next: Assembly,
  world: World | undefined,
): { readonly assembly: Assembly; readonly changes: readonly ConfigurationChange[] } {
  const changes: ConfigurationChange[] = carryOverBudgets(former, next);
  const left = new Map(former.parts.map((part) => [identityOf(part), part]));
  const parts = next.parts.map((part): Part => {
    const identity = identityOf(part);
    const known = left.get(identity);
    left.delete(identity);
    const policy = known === undefined ? part.policy : carryOverPart(known, part, world);
    const change =
      known === undefined
        ? 'added'
        : policy !== known.policy
          ? 'replaced'
          : sameJson(known.configuration, part.configuration)
            ? undefined
            : 'reconfigured';
    if (change !== undefined) changes.push({ type: part.configuration.type, name: policy.name, change });
    return { ...part, policy };
  });
  for (const { configuration, policy } of left.values()) {
    changes.push({ type: configuration.type, name: policy.name, change: 'removed' });
  }
  return { assembly: { ...next, parts }, changes };
}

/** The policy that `part` stands for from now on: the `known` one where that can be. */
function carryOverPart(
  known: Part,
  part: Part,
  world: World | undefined,
  policy: AnyPolicy = known.policy,
): AnyPolicy {
  const { type } = part.configuration;
  if (sameJson(known.configuration, part.configuration)) return policy;
  const { fixed = [], reconfigure } = policyKinds[type];
  const movable =
    known.configuration.type === type && fixed.every((name) => known.options[name] === part.options[name]);
  if (reconfigure === undefined || !movable) return policyOf(part, world);
  reconfigure(policy, part.options, {
    create: () => policyOf(part.inner!, world),
    carryOver: (inner) => carryOverPart(known.inner!, part.inner!, world, inner),
  });
  return policy;
}

function carryOverBudgets(former: Assembly, next: Assembly): ConfigurationChange[] {
  const changes: ConfigurationChange[] = [];
  const before = former.configuration.budgets ?? {};
  const after = next.configuration.budgets ?? {};
  for (const [name, budget] of next.budgets) {
    if (!former.budgets.has(name)) changes.push({ type: 'budget', name, change: 'added' });
    else if (!sameJson(before[name], after[name])) {
      budget.reconfigure(after[name]!);
      changes.push({ type: 'budget', name, change: 'reconfigured' });
    }
  }
  for (const name of former.budgets.keys()) {
    if (!next.budgets.has(name)) changes.push({ type: 'budget', name, change: 'removed' });
  }
  return changes;
}

function sameJson(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
