import type { AttendedLedger } from '../ledger/run-definition.ts';
import type { AnyResource } from './resource.ts';
import { type CheckedSchedule, keepSweeping } from './sweep-schedule.ts';

/** What is swept for each ledger that is open: definitions that share a resource sweep it once. */
const sweptFor = new WeakMap<AttendedLedger, Set<AnyResource>>();

/** Sweeps the resources of a definition for as long as a worker has its ledger open. */
export async function sweepLedger(
  ledger: AttendedLedger,
  resources: readonly AnyResource[],
  schedule: CheckedSchedule,
): Promise<void> {
  const swept = sweptFor.get(ledger) ?? new Set();
  sweptFor.set(ledger, swept);
  const own = resources.filter((resource) => !swept.has(resource));
  for (const resource of own) swept.add(resource);
  if (own.length === 0) return;
  await keepSweeping({ ledger, resources: own, world: ledger.world }, schedule, ledger.signal);
}
