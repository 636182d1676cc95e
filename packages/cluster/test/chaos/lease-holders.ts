import type { ClusterClient } from '@holdfast/cluster';
import type { CoordinationStore, Lease } from '@holdfast/coordination';
import { type Clock, isHoldfastError, type Random } from '@holdfast/core';

const ttl = '2s';
const nothing = new Uint8Array(0);

/** What leases promised, against what the store was seen to do. */
export interface LeaseFindings {
  /** Leases granted, and looks at their keys. */
  granted: number;
  looks: number;
  /** A key was gone while its holder was still told that its lease holds. */
  readonly broken: string[];
  /** Keys whose leases nobody renews: they have to vanish by themselves. */
  readonly abandoned: string[];
}

/**
 * Takes a lease, hangs a key on it, and looks through another client whether the key is there for as long as the lease
 * is said to hold. Then it takes one that it never renews.
 */
export async function holdLeases(
  name: string,
  holder: ClusterClient,
  observer: CoordinationStore,
  findings: LeaseFindings,
  clock: Clock,
  random: Random,
  until: AbortSignal,
): Promise<void> {
  for (let count = 0; !until.aborted; count++) {
    const key = `lease/${name}.${count}`;
    try {
      const lease = await holder.grantLease(ttl);
      await holder.put(key, nothing, { lease });
      findings.granted++;
      await watchOver(key, lease, observer, findings, clock, random, until);
      await lease.revoke();
      await abandonLease(`${key}.abandoned`, holder, findings);
    } catch (error) {
      if (!isHoldfastError(error)) throw error;
    }
  }
}

/** Its holder is as good as dead. */
async function abandonLease(key: string, holder: ClusterClient, findings: LeaseFindings): Promise<void> {
  const { id: lease } = await holder.lease.grant({ ttl: 2 });
  findings.abandoned.push(key);
  await holder.kv.put({ key: new TextEncoder().encode(key), value: nothing, lease });
}

async function watchOver(
  key: string,
  lease: Lease,
  observer: CoordinationStore,
  findings: LeaseFindings,
  clock: Clock,
  random: Random,
  until: AbortSignal,
): Promise<void> {
  const end = clock.now() + random.below(6_000_000);
  while (!until.aborted && !lease.lost.aborted && clock.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, random.below(200)));
    try {
      const entry = await observer.get(key);
      findings.looks++;
      const now = clock.now();
      if (entry === undefined && now < lease.validUntil && !lease.lost.aborted) {
        findings.broken.push(`${key} was gone at ${now}, promised until ${lease.validUntil}`);
      }
    } catch (error) {
      if (!isHoldfastError(error)) throw error;
    }
  }
}
