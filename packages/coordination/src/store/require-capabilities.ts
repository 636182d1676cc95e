import { coordinationErrors } from '../errors.ts';
import type { Capabilities } from './capabilities.ts';
import type { CoordinationStore } from './coordination-store.ts';

type Scale = 'linearizableReads' | 'transactions' | 'revisions' | 'leases' | 'watches';

/** The least of each capability that a recipe can do with. What is left out does not matter to it. */
export type CapabilityNeeds = { readonly [Name in Scale]?: Capabilities[Name] };

/** Each scale from the best to the least. */
const scales: { readonly [Name in Scale]: readonly Capabilities[Name][] } = {
  linearizableReads: ['yes', 'primary', 'no'],
  transactions: ['any-keys', 'same-slot', 'no'],
  revisions: ['yes', 'lost-on-failover', 'no'],
  leases: ['yes', 'session', 'no'],
  watches: ['complete', 'may-coalesce', 'hint', 'no'],
};

/**
 * Refuses a store that cannot keep what `recipe` promises. A recipe calls it when it is made, not when it is too late.
 *
 *     requireCapabilities(store, { linearizableReads: 'yes', leases: 'session' }, 'lock');
 *
 * @throws HoldfastError CAPABILITY_MISSING, which names all that is missing.
 */
export function requireCapabilities(store: CoordinationStore, needs: CapabilityNeeds, recipe: string): void {
  const { capabilities } = store;
  const missing = (Object.keys(needs) as Scale[]).filter((name) => falls(name, capabilities, needs));
  if (missing.length === 0) return;
  const list = missing.map((name) => `${name} '${needs[name]}' (it has '${capabilities[name]}')`).join(', ');
  throw coordinationErrors.create('CAPABILITY_MISSING', {
    message: `${recipe} cannot keep its promise on ${capabilities.engine}, which lacks ${list}: use another engine`,
    context: { recipe, engine: capabilities.engine, missing },
  });
}

function falls(name: Scale, has: Capabilities, needs: CapabilityNeeds): boolean {
  const scale: readonly string[] = scales[name];
  const needed = needs[name];
  return needed !== undefined && scale.indexOf(has[name]) > scale.indexOf(needed);
}
